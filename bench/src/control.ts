/**
 * The control: a fixed piece of pure computing, timed between the measurements. When its times differ much, the
 * machine was busy with something else, and the figures of the run are not to be quoted.
 */

import { quantile } from './statistics.ts';

/** By how much the slowest reading may exceed the fastest one. */
export const UNREST_MAX = 0.2;

const STEPS = 10_000_000;
const PASSES = 9;

/** Milliseconds of the fixed work; the median of some passes. */
export function readControl(): number {
  const passes = Array.from({ length: PASSES }, timedPass);
  return quantile(passes, 0.5);
}

/** How much slower the slowest reading was than the fastest: 0.2 is 20 %. */
export function unrestOf(readings: readonly number[]): number {
  return quantile(readings, 1) / quantile(readings, 0) - 1;
}

function timedPass(): number {
  const began = performance.now();
  if (xorshift(STEPS) === 0) throw new Error('xorshift never reaches 0');
  return performance.now() - began;
}

/** Marsaglia's xorshift32: integer work that no compiler removes. */
function xorshift(steps: number): number {
  let state = 2_463_534_242;
  for (let n = 0; n < steps; n += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
