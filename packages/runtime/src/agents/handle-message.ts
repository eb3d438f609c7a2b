/** Handling one message: its handler is run, and its answer is awaited if it is not there yet. */

import type { JsonValue } from '@kai/protocol';
import type { Exchange } from '../router/exchange.ts';
import type { Cell } from './cell.ts';
import type { CompiledIntent } from './compiled.ts';
import type { Answer, Answered } from './definition.ts';
import { completeHandling, failHandling } from './finish-handling.ts';
import { Handling } from './handling.ts';
import { PendingAnswer } from './pending-answer.ts';

/** The turn has been entered; this leaves it. */
export function handleMessage(cell: Cell, exchange: Exchange): void {
  const { handler } = exchange.intent as CompiledIntent;
  const handling = new Handling(cell, exchange);
  const before = cell.hold();
  let answer: Answer;
  try {
    answer = handler(exchange.message.payload, handling);
  } catch (error) {
    leave(cell, before);
    return failHandling(cell, handling, error);
  }
  leave(cell, before);
  if (isPending(answer)) new PendingAnswer(cell, handling).follow(answer);
  else completeHandling(cell, handling, answer);
}

function leave(cell: Cell, before: number): void {
  cell.release(before);
  cell.surroundings.turn.leave();
}

function isPending(answer: Answer): answer is Promise<Answered> | AsyncGenerator<JsonValue, Answered> {
  if (typeof answer !== 'object' || answer === null) return false;
  return typeof (answer as { then?: unknown }).then === 'function' || Symbol.asyncIterator in answer;
}
