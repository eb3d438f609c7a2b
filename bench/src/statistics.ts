/** The few statistics of a run. Few samples, shared machine: the median and the range, nothing that assumes a distribution. */

import type { Figure, Target } from './measurement.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError without samples. */
export function spreadOf(samples: readonly number[]): Spread {
  return { median: quantile(samples, 0.5), least: quantile(samples, 0), most: quantile(samples, 1) };
}

/**
 * The value below which this share of the samples lies, interpolated between neighbours.
 *
 * @throws RangeError without samples, or when `share` is not within 0 and 1.
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('no samples');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share lies within 0 and 1; got ${share}`);
  const sorted = samples.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

/** Each sample of `over` divided by that of the same round of `under`. @throws RangeError when the rounds differ. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  if (over.length !== under.length) throw new RangeError(`${over.length} rounds beside ${under.length}`);
  return over.map((value, round) => value / (under[round] ?? Number.NaN));
}

/** Whether the median reaches the target; nothing when there is none. */
export function isReached({ samples, target }: Pick<Figure, 'samples' | 'target'>): boolean | undefined {
  const { median } = spreadOf(samples);
  return reaches(median, target);
}

function reaches(median: number, target: Target): boolean | undefined {
  switch (target.kind) {
    case 'at-least':
      return median >= target.value;
    case 'at-most':
      return median <= target.value;
    case 'none':
      return undefined;
  }
}
