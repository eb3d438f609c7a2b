/**
 * Loops of calls: one after the other, or a number of them in flight. The same loop drives both sides of a comparison.
 *
 * The answers are added up and compared with what the handlers did, so a side that loses a call has no rate.
 */

import type { JsonObject } from 'kai';
import type { Side } from './alternate.ts';

/** What is asked in every comparison of calls. */
export const QUESTION = Object.freeze({ a: 1, b: 'hello world' });

export interface Callee {
  /** Asks {@link QUESTION} and resolves to what {@link Handled} answers. */
  readonly call: () => Promise<unknown>;
  readonly handled: Handled;
}

export interface CalleeTraits {
  /** What is asked is checked against a schema. */
  readonly checked?: boolean;
  /** The handler waits before it answers; that many may do so at a time. */
  readonly waiting?: number;
}

/** What the handler of a side has done. */
export class Handled {
  count = 0;
  /** Counts, and answers with a small object. */
  readonly answer = (question: unknown): JsonObject => {
    this.count += 1;
    return { sum: (question as { readonly a: number }).a };
  };
  /** As {@link answer}, later. */
  readonly answerLater = async (question: unknown): Promise<JsonObject> => {
    await undefined;
    return this.answer(question);
  };
}

/** Calls between two looks at the clock. */
const CALLS_PER_LOOK = 512;

/** Each call waits for the answer to the one before. */
export function sequential(callee: Callee): Side {
  return timed(callee, async (calls) => {
    const { call } = callee;
    let sum = 0;
    for (let n = 0; n < calls; n += 1) sum += sumOf(await call());
    return sum;
  });
}

/** `width` calls at a time; the next ones when all of them were answered. */
export function inFlight(callee: Callee, width: number): Side {
  return timed(callee, (calls) => callInBatches(callee, width, calls));
}

/** That many calls, `width` at a time, without a clock. */
export async function inFlightTimes(callee: Callee, width: number, calls: number): Promise<void> {
  requireAll(calls, await callInBatches(callee, width, calls));
}

function timed({ handled }: Callee, run: (calls: number) => Promise<number>): Side {
  return async (ms) => {
    const handledBefore = handled.count;
    const began = performance.now();
    let sum = 0;
    let tookMs = 0;
    while (tookMs < ms) {
      sum += await run(CALLS_PER_LOOK);
      tookMs = performance.now() - began;
    }
    requireAll(handled.count - handledBefore, sum);
    return (sum / tookMs) * 1000;
  };
}

async function callInBatches({ call }: Callee, width: number, calls: number): Promise<number> {
  let sum = 0;
  for (let n = 0; n < calls; n += width) {
    const batch = Array.from({ length: Math.min(width, calls - n) }, call);
    for (const answer of await Promise.all(batch)) sum += sumOf(answer);
  }
  return sum;
}

function requireAll(handled: number, answered: number): void {
  if (handled !== answered) throw new Error(`${handled} calls were handled, ${answered} answered rightly`);
}

function sumOf(answer: unknown): number {
  return (answer as { readonly sum: number }).sum;
}
