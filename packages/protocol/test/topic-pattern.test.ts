/** Topic patterns: every vector, and agreement with a regular expression made from the pattern. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesTopic, parseTopic, parseTopicPattern } from '../src/index.ts';
import { readVectors } from './vectors.ts';

interface PatternCase {
  readonly note: string;
  readonly pattern: string;
  readonly matches: readonly string[];
  readonly differs: readonly string[];
}
interface InvalidCase {
  readonly note: string;
  readonly pattern: string;
  readonly invalid: { readonly at: number };
}

const vectors = readVectors<{ cases: PatternCase[]; invalid: InvalidCase[] }>('topics.json');

function patternOf(text: string) {
  const outcome = parseTopicPattern(text);
  if (!outcome.ok) return expect.fail(outcome.problem.message);
  return outcome.value;
}

describe('the vectors of topics', () => {
  it.each(vectors.cases)('$pattern: $note', ({ pattern, matches, differs }) => {
    const wanted = patternOf(pattern);
    expect(wanted.text).toBe(pattern);
    expect(matches.filter((name) => !matchesTopic(wanted, name))).toEqual([]);
    expect(differs.filter((name) => matchesTopic(wanted, name))).toEqual([]);
    for (const name of matches) expect(parseTopic(`tasks:${name}`).ok).toBe(true);
  });

  it.each(vectors.invalid)('$note is no pattern: $pattern', ({ pattern, invalid }) => {
    expect(parseTopicPattern(pattern)).toMatchObject({ ok: false, problem: { at: invalid.at } });
  });
});

describe('matching', () => {
  // Few labels, so that matches are as frequent as misses.
  const part = fc.constantFrom('a', 'b', 'a-a');
  const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'));
  const pattern = fc
    .tuple(fc.array(fc.oneof(part, fc.constant('*')), { maxLength: 5 }), fc.constantFrom('a', '*', '>'))
    .map(([parts, last]) => `tasks:${[...parts, last].join('.')}`);

  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(pattern, name, (text, topic) => {
        const source = text.slice(6).replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+');
        expect(matchesTopic(patternOf(text), topic)).toBe(new RegExp(`^${source}$`).test(topic));
      }),
      { numRuns: 2000 },
    );
  });

  it('every topic is a pattern that means itself', () => {
    fc.assert(fc.property(name, (topic) => matchesTopic(patternOf(`tasks:${topic}`), topic)));
  });
});
