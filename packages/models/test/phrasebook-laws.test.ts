import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePhrasebook, TEXT_LENGTH_MAX } from '../src/phrasebook/index.ts';
import { declared } from './phrasebook-cases.ts';

/** Words of templates and of slot values come from alphabets that do not meet. */
const templateWord = fc.string({ unit: fc.constantFrom(...'abcdeäßж語'), minLength: 2, maxLength: 6 });
const slotWord = fc
  .array(fc.constantFrom(...'xyzXYZöЯ日9'.split(''), '-', "'", '.', '/', '🙂', 'e\u0301'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((units) => `X${units.join('')}z`);
const slotValue = fc.array(slotWord, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));

/** A template together with one way to say it. */
interface Said {
  readonly template: string;
  readonly text: string;
  readonly slots: Readonly<Record<string, string>>;
}

/** Rows of words with optional and alternative words between them, and slots that never touch. */
const saidTemplate: fc.Arbitrary<Said> = fc
  .array(
    fc.record({
      word: templateWord,
      shape: fc.constantFrom('plain', 'optional', 'choice'),
      other: templateWord,
      said: fc.boolean(),
      value: fc.option(slotValue, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((groups) => {
    const template: string[] = [];
    const text: string[] = [];
    const slots: Record<string, string> = {};
    for (const [index, { word, shape, other, said, value }] of groups.entries()) {
      template.push(word);
      text.push(word);
      if (shape === 'optional') template.push(`[${other}]`);
      if (shape === 'choice') template.push(`(${word}|${other})`);
      if (shape === 'optional' && said) text.push(other);
      if (shape === 'choice') text.push(said ? other : word);
      if (value === undefined) continue;
      template.push(`{s${index}}`);
      text.push(value);
      slots[`s${index}`] = value;
    }
    return { template: template.join(' '), text: text.join(' '), slots };
  });

describe('laws of the phrasebook', () => {
  it('a filled template matches itself back with the same slots', () => {
    fc.assert(
      fc.property(saidTemplate, ({ template, text, slots }) => {
        const book = compilePhrasebook([declared('test', [template])]);
        expect(book.problems).toEqual([]);
        expect(book.match(text)).toMatchObject({ phrase: template, slots });
        expect(book.match(`  Please, ${text.replaceAll(' ', ' \t')} !`)?.slots).toEqual(
          Object.fromEntries(
            Object.entries(slots).map(([name, value]) => [name, value.replaceAll(' ', ' \t')]),
          ),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('the order of declarations changes nothing', () => {
    fc.assert(
      fc.property(fc.array(saidTemplate, { minLength: 2, maxLength: 6 }), fc.nat(), (said, turn) => {
        const declarations = said.map(({ template }, index) => declared(`i${index}`, [template]));
        const cut = turn % declarations.length;
        const turned = [...declarations.slice(cut), ...declarations.slice(0, cut)];
        for (const { text } of said) {
          expect(compilePhrasebook(turned).match(text)).toEqual(compilePhrasebook(declarations).match(text));
          expect(compilePhrasebook(turned).nearest(text, 9)).toEqual(
            compilePhrasebook(declarations).nearest(text, 9),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('no text and no template makes it throw', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => new TextDecoder().decode(bytes)),
      fc
        .array(
          fc.constantFrom('{a}', '{b', '(', ')', '[', ']', '|', ' ', 'go', "what's", '\ud800', '.', '}'),
          { maxLength: 30 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, anything, anything, (template, synonym, text) => {
        const book = compilePhrasebook([
          declared('any', [template, 'go {a}'], { synonyms: { go: [synonym], [synonym]: ['go'] } }),
        ]);
        for (const { at } of book.problems) expect(at).toBeGreaterThanOrEqual(0);
        for (const said of [text, template, `go ${text}`]) {
          const { slots = {} } = book.match(said) ?? {};
          for (const value of Object.values(slots)) expect(value).not.toBe('');
          book.nearest(said, 3);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('hostile texts cost no more than their length', () => {
    const phrases = Array.from({ length: 50 }, (_, index) => `to {a} to {b} to {c} to w${index}`);
    const book = compilePhrasebook([
      declared('a', phrases),
      declared('b', ['to {a} [to to] {x} (to|to to) {y}']),
    ]);
    const texts = ['to ', '.', 'to to. ', "what's ", 'x,', '\u0301', '((', 'a '].map((unit) =>
      unit.repeat(TEXT_LENGTH_MAX).slice(0, TEXT_LENGTH_MAX - 1),
    );
    for (const text of texts) {
      const began = performance.now();
      book.match(`${text}x`);
      // Milliseconds when linear, minutes when not: the limit only tells the two apart on a busy machine.
      expect(performance.now() - began, text.slice(0, 8)).toBeLessThan(500);
    }
  });
});
