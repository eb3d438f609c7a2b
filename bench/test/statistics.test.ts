/** The statistics of a run, as laws and by examples worked out by hand. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unrestOf } from '../src/control.ts';
import { atLeast, atMost, NO_TARGET } from '../src/measurement.ts';
import { isReached, quantile, ratios, spreadOf } from '../src/statistics.ts';

const sample = fc.double({ min: 0.001, max: 1e9, noNaN: true });
const samples = fc.array(sample, { minLength: 1, maxLength: 50 });

describe('quantile', () => {
  it('is the middle of an odd number of samples, whatever their order', () => {
    expect(quantile([9, 1, 5], 0.5)).toBe(5);
  });

  it('lies between the two in the middle of an even number', () => {
    expect(quantile([4, 1, 2, 100], 0.5)).toBe(3);
  });

  it('interpolates between neighbours', () => {
    expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  });

  it('never leaves the range and never falls as the share grows', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, share, share, (values, one, other) => {
        const [low, high] = [quantile(values, Math.min(one, other)), quantile(values, Math.max(one, other))];
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('does not depend on the order, and leaves it as it is', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const kept = [...values];
        expect(quantile(values, 0.5)).toBe(quantile(values.toReversed(), 0.5));
        expect(values).toEqual(kept);
      }),
    );
  });

  it('refuses no samples and shares outside of 0 to 1', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});

describe('spreadOf', () => {
  it('gives median and range', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  });
});

describe('ratios', () => {
  it('divides round by round', () => {
    expect(ratios([6, 9], [3, 1])).toEqual([2, 9]);
  });

  it('of the reversed comparison are the reciprocals', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, sample), { maxLength: 20 }), (rounds) => {
        const ours = rounds.map(([one]) => one);
        const theirs = rounds.map(([, other]) => other);
        const back = ratios(theirs, ours);
        for (const [round, ratio] of ratios(ours, theirs).entries()) {
          expect(ratio * (back[round] ?? 0)).toBeCloseTo(1);
        }
      }),
    );
  });

  it('refuses sides with different numbers of rounds', () => {
    expect(() => ratios([1, 2], [1])).toThrow(RangeError);
  });
});

describe('isReached', () => {
  it('compares the median, not the best round', () => {
    expect(isReached({ samples: [1, 1.2, 9], target: atLeast(1.5) })).toBe(false);
    expect(isReached({ samples: [1, 1.5, 9], target: atLeast(1.5) })).toBe(true);
    expect(isReached({ samples: [0, 4, 5], target: atMost(3) })).toBe(false);
    expect(isReached({ samples: [0, 3, 5], target: atMost(3) })).toBe(true);
  });

  it('says nothing where there is no target', () => {
    expect(isReached({ samples: [1], target: NO_TARGET })).toBeUndefined();
  });
});

describe('the control', () => {
  it('says how much slower the slowest reading was', () => {
    expect(unrestOf([10, 12, 11])).toBeCloseTo(0.2);
    expect(unrestOf([10])).toBe(0);
  });
});
