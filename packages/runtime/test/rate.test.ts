import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rate } from '../src/trace/rate.ts';

describe('Rate', () => {
  it('is the mean of the last ten whole seconds, whenever it is counted and asked', () => {
    const steps = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 4000 }), count: fc.nat(5) }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 30_000 }), (list, later) => {
        const rate = new Rate();
        const counted: number[] = [];
        let now = 0;
        for (const { wait, count } of list) {
          now += wait;
          for (let n = 0; n < count; n += 1) {
            rate.count(now);
            counted.push(Math.floor(now / 1000));
          }
        }
        now += later;
        const second = Math.floor(now / 1000);
        const recent = counted.filter((at) => at < second && at >= second - 10).length;
        expect(rate.perSecond(now)).toBe(recent / 10);
        expect(rate.total).toBe(counted.length);
      }),
    );
  });
});
