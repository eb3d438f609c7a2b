/** What became of a message, in a colour, a shape and a word. */

import type { Outcome } from '../../connection/wire.ts';
import type { StatusMarkProps } from '../../parts/status-mark.tsx';

export const OUTCOME_MARKS: Readonly<Record<Outcome, StatusMarkProps>> = {
  admitted: { tone: 'quiet', shape: 'arrow', word: 'Admitted' },
  replied: { tone: 'good', shape: 'disc', word: 'Replied' },
  chunk: { tone: 'accent', shape: 'bar', word: 'Part' },
  failed: { tone: 'bad', shape: 'cross', word: 'Failed' },
  refused: { tone: 'warn', shape: 'triangle', word: 'Refused' },
  published: { tone: 'accent', shape: 'ring', word: 'Told' },
};

/** An address as a row has room for it: agents of `node` and services by their name alone. */
export function short(address: string, node: string): string {
  const own = `${node}.`;
  if (node !== '' && address.startsWith(own)) return address.slice(own.length);
  return address.replace(/^kai:\/\/(agent\.)?/, '');
}
