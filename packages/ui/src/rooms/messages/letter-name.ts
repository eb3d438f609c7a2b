/** What a dead letter's message is called, so that a question about it names it. */

import type { DeadLetter, Retried } from '../../connection/wire.ts';
import { short } from './outcome.ts';

/** "weather.now to weather-station". A message that cannot be read is called by its id. */
export function letterName({ id, message }: DeadLetter, node: string): string {
  try {
    const { intent, to } = JSON.parse(message) as { readonly intent: unknown; readonly to: unknown };
    return typeof intent === 'string' && typeof to === 'string' ? `${intent} to ${short(to, node)}` : id;
  } catch {
    return id;
  }
}

type Level = Extract<Retried, { kind: 'sent' }>['level'];

/** Why the letter is gone. */
export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  durable: 'its receiver has it now',
  effected: 'it is done',
  before: 'it had been done already',
};

/** Keys that stay with their letters: one message that several could not take left several, of the same id. */
export function keyed(letters: readonly DeadLetter[]): readonly (readonly [string, DeadLetter])[] {
  const seen = new Map<string, number>();
  return letters.map((letter) => {
    const nth = (seen.get(letter.id) ?? 0) + 1;
    seen.set(letter.id, nth);
    return [`${letter.id} ${nth}`, letter];
  });
}
