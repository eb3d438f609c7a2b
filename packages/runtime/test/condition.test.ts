import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, firstUnmet, meets, parseCondition } from '../src/table/condition.ts';

function condition(value: string | number | boolean): Condition {
  const outcome = parseCondition(value);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

describe('conditions', () => {
  it.each<[string | number | boolean, string | number | boolean | undefined, boolean]>([
    ['> 0.8', 0.9, true],
    ['> 0.8', 0.8, false],
    ['>= 0.8', 0.8, true],
    ['<20', 19, true],
    ['< 20', 20, false],
    [' <= 20 ', 20, true],
    ['> -5', -4, true],
    ['> 0.8', 'high', false],
    ['> 0.8', undefined, false],
    ['> 0', true, false],
    ['ready', 'ready', true],
    ['ready', 'loading', false],
    ['ready', undefined, false],
    [true, true, true],
    [true, 'true', false],
    [3, 3, true],
    [3, '3', false],
  ])('%j is met by %j: %s', (text, fact, expected) => {
    expect(meets(fact, condition(text))).toBe(expected);
  });

  it.each([['> high'], ['>'], ['< 1 2'], ['>> 3'], [null], [[]], [{}]])('refuses %j', (value) => {
    expect(parseCondition(value as never)).toMatchObject({ ok: false, message: expect.any(String) });
  });

  it('compares as numbers do', () => {
    const number = fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 8);
    fc.assert(
      fc.property(number, number, (fact, limit) => {
        expect(meets(fact, condition(`> ${limit}`))).toBe(fact > limit);
        expect(meets(fact, condition(`>= ${limit}`))).toBe(fact >= limit);
        expect(meets(fact, condition(`< ${limit}`))).toBe(fact < limit);
        expect(meets(fact, condition(`<= ${limit}`))).toBe(fact <= limit);
      }),
    );
  });

  it('names the first fact that does not hold', () => {
    const wanted = new Map([
      ['load', condition('< 0.5')],
      ['battery', condition('> 20')],
      ['model.ollama', condition('ready')],
    ]);
    const facts = { load: 0.2, battery: 50, 'model.ollama': 'ready' };
    expect(firstUnmet(facts, wanted)).toBeUndefined();
    expect(firstUnmet({ ...facts, battery: 10 }, wanted)).toBe('battery');
    expect(firstUnmet({}, wanted)).toBe('load');
  });

  it('does not take a fact from what every object has', () => {
    expect(firstUnmet({}, new Map([['constructor', condition('> 0')]]))).toBe('constructor');
  });
});
