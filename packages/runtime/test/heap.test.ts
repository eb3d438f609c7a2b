import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from '../src/timers/heap.ts';

describe('Heap', () => {
  it('gives what was put in, smallest first, however pushes and pops alternate', () => {
    const step = fc.oneof(fc.integer(), fc.constant('pop' as const), fc.constant('retain' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new Heap<number>((one, other) => one < other);
        let model: number[] = [];
        for (const one of steps) {
          if (one === 'pop') expect(heap.pop()).toBe(model.shift());
          else if (one === 'retain') {
            heap.retain((item) => item % 2 === 0);
            model = model.filter((item) => item % 2 === 0);
          } else {
            heap.push(one);
            model = [...model, one].toSorted((a, b) => a - b);
          }
          expect(heap.size).toBe(model.length);
          expect(heap.peek()).toBe(model[0]);
        }
        while (model.length > 0) expect(heap.pop()).toBe(model.shift());
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});
