/**
 * Where the window stands, as the part of its address after `#`: `#/messages/trace/4bf9…`. Links, Back and a
 * bookmark work offline too, because the server never sees it.
 */

import { cell } from '../state/cell.ts';

export const ROOMS = ['conversation', 'agents', 'messages', 'memory', 'home'] as const;
export type Room = (typeof ROOMS)[number];

export interface Route {
  readonly room: Room;
  /** What is open in the room; each room reads its own. */
  readonly path: readonly string[];
}

export function readRoute(hash: string): Route {
  const [first, ...path] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  const room = ROOMS.find((name) => name === first);
  return room === undefined ? { room: 'conversation', path: [] } : { room, path: path.filter(Boolean) };
}

export function toHash(room: Room, ...path: readonly string[]): string {
  return `#/${[room, ...path].map(encodeURIComponent).join('/')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = cell<Route>(readRoute(location.hash));

/** Call once. */
export function followAddress(): void {
  addEventListener('hashchange', () => route.set(readRoute(location.hash)));
}

export function goTo(room: Room, ...path: readonly string[]): void {
  location.hash = toHash(room, ...path);
}
