/** Patterns of schemas: they mean what the native engine means, in linear time. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainPattern, PATTERN_LENGTH_MAX, TextPattern } from '../src/text-pattern.ts';

/**
 * Patterns of all supported kinds, over so few characters that matches are frequent, and so short that the
 * native engine does not backtrack for seconds.
 */
const patterns = fc
  .letrec<{ pattern: string; piece: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        'a',
        'b',
        '.',
        '[ab]',
        '[^a]',
        '\\w',
        '\\d',
        '\\x61',
        '\\u0061',
        '\\u{1f3e0}',
        '\\.',
        '[\\]a]',
        '\\p{L}',
        '^',
        '$',
        '🏠',
      ),
      tie('pattern').map((inner) => `(?:${inner})`),
      tie('pattern').map((inner) => `(${inner})`),
    ),
    piece: fc
      .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '+?'))
      .map(([atom, quantifier]) => (/^[\^$]$/.test(atom) ? atom : atom + quantifier)),
    pattern: fc.oneof(
      fc.array(tie('piece'), { maxLength: 3 }).map((parts) => parts.join('')),
      fc.tuple(tie('piece'), tie('piece')).map((parts) => parts.join('|')),
    ),
  }))
  .pattern.filter((source) => source.length <= 40);

const texts = fc.string({
  unit: fc.constantFrom('a', 'a', 'b', '1', '.', ']', '\n', '🏠', '\ud83c'),
  maxLength: 6,
});

describe('a pattern', () => {
  it('takes what the native engine takes', () => {
    fc.assert(
      fc.property(patterns, texts, (source, text) => {
        expect(new TextPattern(source).test(text), `${source} on ${JSON.stringify(text)}`).toBe(
          new RegExp(source, 'u').test(text),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['^(a+)+$', `${'a'.repeat(50_000)}b`, false],
    ['^(a|a)*$', `${'a'.repeat(50_000)}b`, false],
    ['(a*)*b', 'a'.repeat(50_000), false],
    ['a?'.repeat(30) + 'a'.repeat(30), 'a'.repeat(30), true],
    ['.*.*.*=', 'x'.repeat(20_000), false],
    ['^[a-z]+(?:-[a-z]+)*$', 'kebab-case', true],
    ['^(?:0[1-9]|1[0-2])-\\d{2}$', '12-31', true],
  ])('%s takes linear time', (source, text, matches) => {
    expect(new TextPattern(source).test(text)).toBe(matches);
  });

  it.each(['(?=a)', '(?!a)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?<x>a)\\k<x>', '\\bword', '\\B', '(?i:a)'])(
    '%s is refused, with the reason',
    (source) => expect(() => new TextPattern(source)).toThrow(/not supported/),
  );

  it('is refused when it is none, too long, or too large once written out', () => {
    expect(() => new TextPattern('(')).toThrow(/no regular expression/);
    expect(() => new TextPattern('a'.repeat(PATTERN_LENGTH_MAX + 1))).toThrow(/at most 1024 characters/);
    expect(() => new TextPattern('(?:a{1000}){1000}')).toThrow(/at most 512 states/);
    expect(() => new TextPattern('a{999999999}')).toThrow(/at most 512 states/);
  });

  it('ends for empty groups that repeat for ever', () => {
    expect(new TextPattern('^(?:(?:(?:){999999999}){999999999}|b)a$').test('a')).toBe(true);
    expect(() => new TextPattern('(?:){0,999999999}')).toThrow(/at most 512 states/);
  });

  it('knows named groups, which change nothing', () => {
    expect(new TextPattern('^(?<year>\\d{4})$').test('2026')).toBe(true);
  });
});

it.each([
  ['^.*$', true],
  ['^x-', true],
  ['x', true],
  ['^[a-z]{1,8}-id$', true],
  ['a*b', false],
  ['^a*a*$', false],
  ['^(a+)+$', false],
  ['^(a|b)$', false],
])('%s is plain: %s', (source, plain) => expect(isPlainPattern(source)).toBe(plain));
