import type { JsonValue } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, isEqual } from '../src/check/match.ts';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

describe('comparing JSON', () => {
  it('is equality of what is written, whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(isEqual(value, JSON.parse(JSON.stringify(value)))).toBe(true);
        expect(holds(value, value)).toBe(true);
      }),
    );
    expect(isEqual({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [null, {}],
    ['1', 1],
    [{ a: null }, {}],
    [{ toString: 1 }, { a: 1 }],
  ])('tells %j from %j', (one, other) => {
    expect([isEqual(one, other), isEqual(other, one)]).toEqual([false, false]);
  });

  it('finds parts', () => {
    expect(holds('a long text', 'long')).toBe(true);
    expect(holds([1, { a: 2 }, 3], { a: 2 })).toBe(true);
    expect(holds([1, 2, 3], [3, 1])).toBe(true);
    expect(holds({ a: { b: 1, c: 2 }, d: 3 }, { a: { c: 2 } })).toBe(true);
    expect(holds([1, 2], [4])).toBe(false);
    expect(holds({ a: 1 }, { b: 1 })).toBe(false);
    expect(holds('text', 'other')).toBe(false);
  });
});
