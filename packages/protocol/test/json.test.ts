/** JSON values: the estimate of their size, and what may not travel. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximateSize, findUnsafe, JSON_DEPTH_MAX, type JsonValue } from '../src/index.ts';
import { jsonValues } from './arbitraries.ts';

function nested(levels: number): JsonValue {
  return Array.from({ length: levels }).reduce<JsonValue>((inner) => [inner], 0);
}

describe('approximateSize', () => {
  it('lies between a sixth and five times the length of the JSON', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        const exact = JSON.stringify(value).length;
        const size = approximateSize(value, Number.MAX_SAFE_INTEGER);
        expect(size).toBeGreaterThanOrEqual(exact / 6);
        expect(size).toBeLessThanOrEqual(exact * 5);
      }),
    );
  });

  it('counts no further than the limit, and the same below it', () => {
    fc.assert(
      fc.property(jsonValues, fc.nat(200), (value, limit) => {
        const whole = approximateSize(value, Number.MAX_SAFE_INTEGER);
        expect(approximateSize(value, limit)).toBe(Math.min(whole, limit));
      }),
    );
  });

  it('counts lists of lists, which hold nothing else', () => {
    expect(
      approximateSize(
        Array.from({ length: 1000 }, () => []),
        1e6,
      ),
    ).toBeGreaterThan(2000);
  });

  it('takes nothing for a small value', () => expect(approximateSize(undefined, 100)).toBe(5));
});

describe('findUnsafe', () => {
  it('takes 64 levels and no more', () => {
    expect(findUnsafe(nested(JSON_DEPTH_MAX))).toBeUndefined();
    expect(findUnsafe(nested(JSON_DEPTH_MAX + 1))?.message).toContain('deeper');
  });

  it('takes every value that JSON can write', () => {
    fc.assert(fc.property(jsonValues, (value) => findUnsafe(value) === undefined));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which JSON would write as null', (number) => {
    expect(findUnsafe({ a: [number] })).toMatchObject({ path: '/a/0' });
  });
});
