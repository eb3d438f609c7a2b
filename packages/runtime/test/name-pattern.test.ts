import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesName, type NamePattern, parseNamePattern } from '../src/table/name-pattern.ts';

function pattern(text: string): NamePattern {
  const outcome = parseNamePattern(text);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

describe('name patterns', () => {
  it.each([
    ['notes.add', 'notes.add', true],
    ['notes.add', 'notes.list', false],
    ['notes.*', 'notes.add', true],
    ['notes.*', 'notes', false],
    ['notes.*', 'notes.add.now', false],
    ['*.add', 'notes.add', true],
    ['notes.>', 'notes.add.now', true],
    ['notes.>', 'notes', false],
    ['>', 'anything.at.all', true],
    ['*', 'one', true],
    ['*', 'one.two', false],
    ['kai://agent.*', 'kai://agent.vision', true],
    ['kai://agent.*', 'kai://agent.vision.fast', false],
    ['kai://alice.>', 'kai://alice.hub.climate', true],
    ['kai://*.hub.climate', 'kai://bob.hub.climate', true],
    ['kai://*', 'tasks:vision', false],
    ['kai://*', 'kai://alice', true],
    ['tasks:vision.>', 'tasks:vision.process', true],
    ['tasks:>', 'kai://alice.hub', false],
    ['tasks:*', 'vision', false],
    ['policy://>', 'policy://household', true],
    ['>', 'kai://alice.hub', true],
  ])('%s matches %s: %s', (text, name, expected) => {
    expect(matchesName(pattern(text), name)).toBe(expected);
  });

  it.each([
    ['', 'a pattern is a text'],
    [7, 'a pattern is a text'],
    [null, 'a pattern is a text'],
    ['a..b', 'empty part'],
    ['kai://', 'empty part'],
    ['tasks:', 'empty part'],
    ['a.>.b', '> stands only at the end'],
    ['no*es', 'mixes them with text'],
    ['a.b>', 'mixes them with text'],
    ['x'.repeat(256), 'at most 255'],
  ])('refuses %j', (text, reason) => {
    const outcome = parseNamePattern(text);
    expect(outcome.ok ? '' : outcome.message).toContain(reason);
  });

  const part = fc.stringMatching(/^[a-z0-9-]{1,5}$/);
  const names = fc.array(part, { minLength: 1, maxLength: 5 });

  it('matches every name by itself, by stars in any place, and by its beginning and a >', () => {
    fc.assert(
      fc.property(names, fc.array(fc.boolean()), fc.nat(4), (parts, stars, cut) => {
        const name = parts.join('.');
        const starred = parts.map((one, index) => (stars[index] ? '*' : one)).join('.');
        const begun = [...parts.slice(0, cut % parts.length), '>'].join('.');
        for (const text of [name, starred, begun]) expect(matchesName(pattern(text), name)).toBe(true);
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseNamePattern(value as never)));
  });
});
