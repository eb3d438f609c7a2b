/** Reach: every vector, and the laws that the router relies on (protocol §2). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReach, mayCross, narrower, REACHES, type Reach } from '../src/index.ts';
import { readVectors } from './vectors.ts';

interface ReachCase {
  readonly label: Reach;
  readonly crossing: Reach;
  readonly crosses: boolean;
  readonly narrower: Reach;
}

const vectors = readVectors<{ order: string[]; cases: ReachCase[]; invalid: unknown[] }>('reach.json');
const reach = fc.constantFrom(...REACHES);

describe('the vectors of reach', () => {
  it('name the labels in their order', () => expect(REACHES).toEqual(vectors.order));

  it.each(vectors.cases)('$label may cross $crossing: $crosses', (one) => {
    expect(mayCross(one.label, one.crossing)).toBe(one.crosses);
    expect(narrower(one.label, one.crossing)).toBe(one.narrower);
  });

  it('refuse what is no label', () => expect(vectors.invalid.filter(isReach)).toEqual([]));
});

describe('laws', () => {
  it('mayCross is a total order', () => {
    fc.assert(
      fc.property(reach, reach, reach, (a, b, c) => {
        expect(mayCross(a, a)).toBe(true);
        expect(mayCross(a, b) || mayCross(b, a)).toBe(true);
        if (mayCross(a, b) && mayCross(b, a)) expect(a).toBe(b);
        if (mayCross(a, b) && mayCross(b, c)) expect(mayCross(a, c)).toBe(true);
      }),
    );
  });

  it('narrower is commutative, associative and idempotent, and never widens', () => {
    fc.assert(
      fc.property(reach, reach, reach, (a, b, c) => {
        expect(narrower(a, b)).toBe(narrower(b, a));
        expect(narrower(a, narrower(b, c))).toBe(narrower(narrower(a, b), c));
        expect(narrower(a, a)).toBe(a);
        expect(mayCross(narrower(a, b), c)).toBe(mayCross(a, c) && mayCross(b, c));
      }),
    );
  });
});
