import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chance } from '../src/chance/chance.ts';

const drawn = (seed: number, purpose: string, count = 8) => {
  const stream = new Chance(seed).stream(purpose);
  return Array.from({ length: count }, () => stream.next());
};

describe('chance', () => {
  it('repeats itself, and differs by seed and by purpose', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.string(), (seed, one, other) => {
        expect(drawn(seed, one)).toEqual(drawn(seed, one));
        expect(drawn(seed, one)).not.toEqual(drawn(seed + 1, one));
        if (one !== other) expect(drawn(seed, one)).not.toEqual(drawn(seed, other));
      }),
    );
  });

  it('gives a stream that does not notice the others', () => {
    const chance = new Chance(7);
    const [alone, beside] = [new Chance(7).stream('a'), chance.stream('a')];
    for (let n = 0; n < 20; n += 1) {
      chance.stream(`b${n}`).next();
      expect(beside.next()).toBe(alone.next());
    }
  });

  it('spreads evenly within its bounds', () => {
    const stream = new Chance(1).stream('spread');
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 20_000; n += 1) {
      const place = stream.below(10);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(250);
    const within = Array.from({ length: 1_000 }, () => stream.between(3, 4));
    expect(within.every((value) => value >= 3 && value < 4)).toBe(true);
  });

  it('refuses to choose from nothing', () => {
    expect(() => new Chance(1).stream('none').pick([])).toThrow(RangeError);
  });
});
