/**
 * When this browser was last connected to the node: the age of what it shows. While connected all of it is live, so
 * the time moves on by itself, without a message.
 */

import type { Link } from '../connection/link.ts';
import { keptCell } from '../kept/kept.ts';
import { type Cell, cell } from '../state/cell.ts';

/** A window that is ended without a goodbye understates what it saw by at most this, in milliseconds. */
const NOTED_EVERY_MS = 60_000;

/** Milliseconds since the epoch; 0 when this browser has never seen the node. */
export type Seen = Cell<number>;

export function openSeen(link: Link): Seen {
  const kept = keptCell<null>('seen.1', null, () => null);
  const seen = cell(kept.get().at);
  const see = (): void => {
    const at = Date.now();
    kept.set({ value: null, at });
    seen.set(at);
  };
  link.onOpen((_, signal) => {
    see();
    const timer = setInterval(see, NOTED_EVERY_MS);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      see();
    });
  });
  return seen;
}
