import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from '../src/timers/heap.ts';

describe('Heap', () => {
  it('gives what was put in, smallest first, however pushes and pops alternate', () => {
    const step = fc.oneof(fc.integer(), fc.constant('pop' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new Heap<number>((one, other) => one < other);
        const model: number[] = [];
        for (const one of steps) {
          if (one !== 'pop') {
            heap.push(one);
            model.push(one);
            model.sort((a, b) => a - b);
          } else expect(heap.pop()).toBe(model.shift());
          expect(heap.peek()).toBe(model[0]);
        }
        while (model.length > 0) expect(heap.pop()).toBe(model.shift());
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});
