/** The `kai …` command that does what a row shows. Quoted for POSIX shells, so that it can be pasted as it is. */

import type { JsonValue } from '@kai/protocol';

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One shell word. Single quotes hold everything but a single quote. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export function sendCommand(to: string, intent: string, payload: JsonValue): string {
  return `kai send ${shellWord(to)} ${shellWord(intent)} '${JSON.stringify(payload).replaceAll("'", `'\\''`)}'`;
}

export function traceCommand(containing: string): string {
  return containing === '' ? 'kai trace' : `kai trace --containing ${shellWord(containing)}`;
}

export function retryCommand(id: string): string {
  return `kai dead retry ${shellWord(id)}`;
}

export function diffCommand(id: string): string {
  return `kai diff ${shellWord(id)} now`;
}
