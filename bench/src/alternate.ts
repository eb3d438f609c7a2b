/**
 * Runs the sides of a comparison in turn, A B A B, so that what the machine does meanwhile meets both alike.
 *
 * Turns are short and many. Trap: garbage of one side may be collected in the other one's turn; over many turns that
 * evens out, and each round begins with a clean heap.
 */

import type { Scale } from './measurement.ts';
import { quantile } from './statistics.ts';

/** One side: works for about `ms` milliseconds and returns how much it did per second. */
export type Side = (ms: number) => Promise<number>;

/** Turns of each side in one round. */
const TURNS = 8;
/** Rounds that are not counted: the compiler's. */
const WARM_UPS = 2;

/**
 * For each side in the given order, one rate a round: the median of its turns, so that a turn in which another process
 * had the processor does not decide.
 */
export async function alternate(sides: readonly Side[], { rounds, roundMs }: Scale): Promise<number[][]> {
  const rates: number[][] = sides.map(() => []);
  for (let round = -WARM_UPS; round < rounds; round += 1) {
    collectGarbage();
    const found = await roundOf(sides, roundMs / TURNS);
    if (round >= 0) for (const [place, rate] of found.entries()) rates[place]?.push(rate);
  }
  return rates;
}

async function roundOf(sides: readonly Side[], ms: number): Promise<number[]> {
  const rates: number[][] = sides.map(() => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [place, side] of sides.entries()) rates[place]?.push(await side(ms));
  }
  return rates.map((ofSide) => quantile(ofSide, 0.5));
}

/** @throws Error when Node was started without `--expose-gc`. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('start Node with --expose-gc');
  globalThis.gc();
}

/** Bytes of heap in use after a full collection. @throws Error when Node was started without `--expose-gc`. */
export async function heapInUse(): Promise<number> {
  collectGarbage();
  // Finalizers run in a turn of their own and let go of more.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
