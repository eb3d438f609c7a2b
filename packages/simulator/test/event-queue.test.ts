import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/time/event-queue.ts';

describe('the event queue', () => {
  it('gives events by time, and those of one time in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new EventQueue();
        for (const at of times) queue.push(at, () => {});
        const given = times.map(() => queue.pop()).map((event) => [event?.at, event?.order]);
        const wanted = times
          .map((at, order) => [at, order])
          .sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j);
        expect(given).toEqual(wanted);
        expect(queue.pop()).toBeUndefined();
      }),
    );
  });

  it('stays in order while events come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined })), (steps) => {
        const queue = new EventQueue();
        const model: number[] = [];
        for (const at of steps) {
          if (at === undefined) {
            model.sort((a, b) => a - b);
            expect(queue.pop()?.at).toBe(model.shift());
          } else {
            queue.push(at, () => {});
            model.push(at);
          }
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });
});
