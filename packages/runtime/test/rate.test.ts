import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rate } from '../src/trace/rate.ts';

describe('Rate', () => {
  it('is what was counted between the last two looks that were a second apart', () => {
    const steps = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 4000 }), count: fc.nat(5) }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const rate = new Rate();
        let [now, seenAt, seen, expected] = [0, 0, 0, 0];
        for (const { wait, count } of list) {
          now += wait;
          rate.total += count;
          if (now - seenAt >= 1000) {
            expected = ((rate.total - seen) / (now - seenAt)) * 1000;
            [seenAt, seen] = [now, rate.total];
          }
          expect(rate.perSecond(now)).toBeCloseTo(expected, 9);
        }
      }),
    );
  });
});
