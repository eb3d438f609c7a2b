/**
 * Passing a streamed answer's parts on, as fast as they are read, and giving its end.
 *
 * A stream that nobody reads any more is closed, which runs its `finally`; it has not ended well, so what it
 * wrote is dropped. One that never waits for anything shares the turn with everybody else.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import type { Cell } from './cell.ts';
import type { Answered } from './definition.ts';
import type { Handling } from './handling.ts';

export async function passParts(
  cell: Cell,
  { exchange }: Handling,
  parts: AsyncGenerator<JsonValue, Answered>,
): Promise<Answered> {
  while (!exchange.settled) {
    const next = await parts.next();
    if (next.done) return next.value;
    if (exchange.settled) break;
    exchange.partsSent = true;
    if (exchange.sink?.push(next.value ?? null) === false) await exchange.sink.drained();
    const turn = cell.surroundings.turn.share();
    if (turn !== undefined) await turn;
  }
  await parts.return(undefined);
  throw new KaiError('CANCELLED', 'nobody reads this answer any more');
}
