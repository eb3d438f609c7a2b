import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../src/router/nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['nots', ['notes', 'reminders'], 'notes'],
    ['notse', ['notes', 'nodes'], 'notes'],
    ['ntoes', ['reminders', 'notes'], 'notes'],
    ['notes', ['notes'], 'notes'],
    ['kai://agent.climat', ['kai://agent.climate', 'kai://agent.camera'], 'kai://agent.climate'],
    ['abcdef', ['uvwxyz'], undefined],
    ['', [], undefined],
    ['a', ['abcde'], undefined],
    ['ab', ['abcde'], 'abcde'],
  ])('%s among %j is %s', (wrong, names, near) => {
    expect(nearestName(wrong, names)).toBe(near);
  });

  it('prefers the first of equally near names', () => {
    expect(nearestName('cat', ['bat', 'hat'])).toBe('bat');
  });

  it('finds a name through any slip of at most three edits', () => {
    const word = fc.stringMatching(/^[a-z]{6,12}$/);
    const slip = fc.record({ at: fc.nat(11), how: fc.constantFrom('drop', 'add', 'change') });
    fc.assert(
      fc.property(word, fc.array(slip, { maxLength: 3 }), (name, slips) => {
        let wrong = name;
        for (const { at, how } of slips) {
          const place = at % (wrong.length + 1);
          const rest = wrong.slice(how === 'add' ? place : place + 1);
          wrong = wrong.slice(0, place) + (how === 'drop' ? '' : '#') + rest;
        }
        expect(nearestName(wrong, [name])).toBe(name);
      }),
    );
  });
});
