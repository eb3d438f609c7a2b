import { describe, expect, it } from 'vitest';
import {
  compilePhrasebook,
  NESTING_MAX,
  SYNONYMS_MAX,
  TEMPLATE_LENGTH_MAX,
  TEMPLATES_PER_INTENT_MAX,
  TEXT_LENGTH_MAX,
} from '../src/phrasebook/index.ts';
import { declared, input, matchOne, problemOf } from './phrasebook-cases.ts';

describe('a template', () => {
  it('matches its words in any case, with any space and with closing marks', () => {
    for (const text of [
      'list notes',
      'List  Notes',
      '  LIST\tnotes\n',
      'list notes.',
      'list notes?!',
      'list, notes …',
    ]) {
      expect(matchOne('list notes', text)?.phrase, text).toBe('list notes');
    }
    expect(matchOne('list notes', 'list note')).toBeUndefined();
    expect(matchOne('list notes', 'please do not list notes')).toBeUndefined();
  });

  it('takes alternatives and optional words, nested', () => {
    const template = '(show|list) [me] [all [of]] (my|the) (notes|little notes)';
    for (const text of ['show my notes', 'list me all of the little notes', 'show all my notes']) {
      expect(matchOne(template, text), text).toBeDefined();
    }
    expect(matchOne(template, 'show of my notes')).toBeUndefined();
    expect(matchOne('play [a|the] song', 'play the song')).toBeDefined();
  });

  it('fills slots with what the person spelled, punctuation inside included', () => {
    const { slots } =
      matchOne('remind me to {what} at {when}', 'Remind me to call Anna (mobile), then Bob at 5:30 p.m.') ??
      {};
    expect(slots).toEqual({ what: 'call Anna (mobile), then Bob', when: '5:30 p.m' });
    expect(matchOne('note {text}', 'note  C++ — “really”?!')?.slots).toEqual({ text: 'C++ — “really”' });
  });

  it('does not need its marks to be typed', () => {
    for (const text of ['note: buy milk', 'Note buy milk', 'note - buy milk', 'note : buy milk.']) {
      expect(matchOne('note: {text}', text)?.slots, text).toEqual({ text: 'buy milk' });
    }
  });

  it('leaves no slot empty', () => {
    for (const text of ['note', 'note:', 'note …', 'note ?'])
      expect(matchOne('note {text}', text), text).toBeUndefined();
    expect(matchOne('tell {who} that {what}', 'tell that it rains')).toBeUndefined();
  });

  it('gives an earlier slot as many words as it can', () => {
    expect(matchOne('{what} at {when}', 'look at the sky at noon')?.slots).toEqual({
      what: 'look at the sky',
      when: 'noon',
    });
  });
});

describe('words', () => {
  it('meets contractions, with straight, curly and no apostrophes, in text and template', () => {
    for (const text of ["what's new", 'what is new', 'What’s new?', 'whats new']) {
      expect(matchOne("what's new", text), text).toBeDefined();
      expect(matchOne('what is new', text), text).toBeDefined();
    }
    expect(matchOne('do not disturb', "don't disturb")).toBeDefined();
    expect(matchOne('I cannot sleep', "I can't sleep")).toBeDefined();
    expect(matchOne("we'll see", 'we will see')).toBeDefined();
  });

  it('does not cut a contraction in two', () => {
    expect(matchOne('what {thing}', "what's up")).toBeUndefined();
    expect(matchOne('note {text}', "note what's up")?.slots).toEqual({ text: "what's up" });
    expect(matchOne('call {who} now', "call Anna's office now")?.slots).toEqual({ who: "Anna's office" });
  });

  it('compares after Unicode normalisation', () => {
    expect(matchOne('café öffnen', 'CAFE\u0301 o\u0308ffnen')).toBeDefined();
    expect(matchOne('straße', 'STRASSE')).toBeDefined();
    expect(matchOne('ΟΔΟΣ', 'οδος')).toBeDefined();
    expect(matchOne('list', 'ｌｉｓｔ')).toBeDefined();
    expect(matchOne('list', 'li\u200Bst')).toBeDefined();
    expect(matchOne('メモ {text}', 'メモ　牛乳を買う。')?.slots).toEqual({ text: '牛乳を買う' });
  });

  it('may be said as a synonym, of several words too', () => {
    const synonyms = { remind: ['tell', 'give a nudge to'] };
    expect(matchOne('remind me to {what}', 'tell me to go', { synonyms })?.slots).toEqual({ what: 'go' });
    expect(matchOne('remind me to {what}', 'Give a nudge to me to go', { synonyms })?.slots).toEqual({
      what: 'go',
    });
    expect(matchOne('remind me to {what}', 'remind me to go', { synonyms })).toBeDefined();
    expect(matchOne('remind me to {what}', 'nudge me to go', { synonyms })).toBeUndefined();
  });

  it('may have courtesies around them', () => {
    for (const text of [
      'please list notes',
      'Hey Kai, could you please list notes?',
      'list notes, please',
      'kai list notes thank you',
    ]) {
      expect(matchOne('list notes', text), text).toBeDefined();
    }
    expect(matchOne('can you hear me', 'can you hear me?')).toBeDefined();
    expect(matchOne('{device} off', 'please lamp off')?.slots).toEqual({ device: 'lamp' });
    expect(matchOne('note {text}', 'please note say please')?.slots).toEqual({ text: 'say please' });
    for (const text of ['please', 'hey kai', 'thanks']) expect(matchOne('list notes', text)).toBeUndefined();
  });
});

describe('the payload', () => {
  it('has numbers and truth values where the schema has them', () => {
    const typed = input({
      level: { type: 'integer' },
      degrees: { type: ['number', 'null'] },
      on: { type: 'boolean' },
    });
    expect(matchOne('volume {level}', 'volume 40%', typed)).toMatchObject({
      slots: { level: '40%' },
      payload: { level: 40 },
    });
    expect(matchOne('volume {level}', 'volume five', typed)?.payload).toEqual({ level: 5 });
    expect(matchOne('heat to {degrees}', 'heat to -2.5°.', typed)?.payload).toEqual({ degrees: -2.5 });
    expect(matchOne('light {on}', 'light off', typed)?.payload).toEqual({ on: false });
    expect(matchOne('note {text}', 'note 5', typed)?.payload).toEqual({ text: '5' });
  });

  it('is no match when a slot cannot be converted', () => {
    const typed = input({ level: { type: 'integer' } });
    for (const text of ['volume loud', 'volume 2.5', 'volume 1 2', 'volume 99999999999999999999']) {
      expect(matchOne('volume {level}', text, typed), text).toBeUndefined();
    }
  });

  it('decides where slots are split', () => {
    const typed = input({ level: { type: 'integer' } });
    const { slots } =
      matchOne('set {what} to {level} [for {who}]', 'set ode to joy to 5 for 3 to 6', typed) ?? {};
    expect(slots).toEqual({ what: 'ode to joy', level: '5', who: '3 to 6' });
  });
});

describe('the most specific template wins', () => {
  const winner = (text: string, ...phrases: string[]) => {
    const forwards = phrases.map((phrase) =>
      declared(phrase, [phrase], input({ level: { type: 'integer' } })),
    );
    const [one, other] = [forwards, forwards.toReversed()].map(
      (order) => compilePhrasebook(order).match(text)?.phrase,
    );
    expect(other).toBe(one);
    return one;
  };

  it('by words said, then their length, then slots, never by order', () => {
    expect(winner('note that it rains', 'note {text}', 'note that {text}')).toBe('note that {text}');
    expect(winner('note it rains', 'note {text}', '{text} rains')).toBe('{text} rains');
    expect(winner('put a b c', 'put {x}', 'put {x} c', '{y} b {x}')).toBe('put {x} c');
    expect(winner('call a or b', 'call {x} or {y}', 'call {x}')).toBe('call {x} or {y}');
    expect(winner('go a to b', '{x} to {y}', '{x} go {y}', 'go {x}')).toBe('go {x}');
    expect(winner('volume 5', 'volume {level}', 'volume {name}')).toBe('volume {level}');
    expect(winner('same', 'same', 'same')).toBe('same');
  });
});

it('the same template of two agents goes to the same one whatever the order', () => {
  const both = ['kai://agent.b', 'kai://agent.a'].map((address) => ({
    ...declared('notes.list', ['list notes']),
    address,
  }));
  for (const order of [both, both.toReversed()]) {
    expect(compilePhrasebook(order).match('list notes')?.address).toBe('kai://agent.a');
    expect(
      compilePhrasebook(order)
        .nearest('notes', 2)
        .map((near) => near.address),
    ).toEqual(['kai://agent.a', 'kai://agent.b']);
  }
});

describe('nearest', () => {
  const book = compilePhrasebook([
    declared('reminders.add', ['remind me to {what} at {when}', 'remind me to {what}']),
    declared('notes.add', ['note that {text}', 'add a note {text}'], { synonyms: { note: ['memo'] } }),
    declared('notes.list', ['list [my] notes']),
  ]);

  it('suggests templates that share telling words, the most alike first, one of each intent', () => {
    expect(book.nearest('remind Anna', 5).map((near) => near.intent)).toEqual(['reminders.add']);
    expect(book.nearest('list my memos', 5).map((near) => near.phrase)).toEqual(['list [my] notes']);
    expect(book.nearest('a memo list', 5).map((near) => near.intent)).toEqual(['notes.add', 'notes.list']);
    expect(book.nearest('a memo list', 1)).toHaveLength(1);
  });

  it('suggests nothing for nothing but function words, unknown words or no words', () => {
    for (const text of ['to me', 'quantum physics', '', '?!'])
      expect(book.nearest(text, 5), text).toEqual([]);
    expect(book.nearest('remind', -1)).toEqual([]);
  });
});

describe('a template that cannot be', () => {
  it.each([
    ['list [notes', 5, 'not closed'],
    ['list (notes', 5, 'not closed'],
    ['list {notes', 5, 'not closed'],
    ['list notes)', 10, 'closes nothing'],
    ['list } notes', 5, 'closes nothing'],
    ['list (notes]', 11, 'closes a ('],
    ['list notes | all', 11, 'alternatives'],
    ['list (a|)', 8, '[ ]'],
    ['list ()', 6, '[ ]'],
    ['note {text} or {text}', 15, 'second time'],
    ['note {a} [and] {b}', 15, 'between {a} and {b}'],
    ['{text}', 0, 'at least one word'],
    ['[please] {text}', 0, 'at least one word'],
    ['', 0, 'needs words'],
    [' :!', 0, 'needs words'],
    ['light[s] on', 5, 'whole words'],
    ["{who}'s birthday", 5, 'whole words'],
    ['note {}', 6, 'named by'],
    ['note {__proto__}', 6, 'named by'],
    ['note {two words}', 6, 'named by'],
    ['a '.repeat(TEMPLATE_LENGTH_MAX), TEMPLATE_LENGTH_MAX, 'at most'],
    [`a ${'['.repeat(NESTING_MAX + 1)}b${']'.repeat(NESTING_MAX + 1)}`, NESTING_MAX + 2, 'nest'],
    ['a (a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b)', 0, 'multiply'],
  ])('is a problem with its offset: %s', (template, at, message) => {
    expect(problemOf(template)).toMatchObject({ address: 'kai://agent.test', intent: 'test', template, at });
    expect(problemOf(template)?.message).toContain(message);
  });

  it('names members that the input does not have or that words cannot say', () => {
    expect(problemOf('note {text}', input({}, true))).toMatchObject({ at: 5 });
    expect(problemOf('note {text}', input({ text: { type: 'string' } }, true))).toBeUndefined();
    expect(problemOf('note {tags}', input({ tags: { type: 'array' } }))?.message).toContain('array');
    expect(problemOf('note {constructor}', input({}, true))).toMatchObject({ at: 5 });
  });

  it('does not take the others down', () => {
    const book = compilePhrasebook([declared('a', ['go [', 'go {where}']), declared('b', ['stay'])]);
    expect(book.problems).toHaveLength(1);
    expect(book.size).toBe(2);
    expect(book.match('go home')?.slots).toEqual({ where: 'home' });
  });

  it('is reported when there are too many, and so are synonyms that do not fit', () => {
    const many = Array.from({ length: TEMPLATES_PER_INTENT_MAX + 2 }, (_, index) => `say w${index}`);
    const book = compilePhrasebook([declared('a', many)]);
    expect(book.size).toBe(TEMPLATES_PER_INTENT_MAX);
    expect(book.problems).toHaveLength(1);
    const synonyms = {
      'two words': ['x'],
      many: Array<string>(SYNONYMS_MAX + 1).fill('x'),
      none: [' '],
      good: ['fine'],
    };
    const { problems } = compilePhrasebook([declared('a', ['good'], { synonyms })]);
    expect(problems.map((problem) => problem.template)).toEqual(['two words', 'many', 'none']);
  });
});

it('does not look at a text that is too long', () => {
  const book = compilePhrasebook([declared('notes.add', ['note {text}'])]);
  expect(book.match(`note ${'x'.repeat(TEXT_LENGTH_MAX - 5)}`)).toBeDefined();
  expect(book.match(`note ${'x'.repeat(TEXT_LENGTH_MAX - 4)}`)).toBeUndefined();
  expect(book.nearest(`note ${'x'.repeat(TEXT_LENGTH_MAX)}`, 3)).toEqual([]);
});
