/** What the window reads and writes in words: Markdown, passages, commands, times, addresses, frames. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame } from '../src/connection/frame.ts';
import type { Changes, DeadLetter, Difference } from '../src/connection/wire.ts';
import { examplePayload } from '../src/rooms/agents/example-payload.ts';
import { keyed, letterName } from '../src/rooms/messages/letter-name.ts';
import { LENGTH_MIN, toTimeline } from '../src/rooms/messages/timeline.ts';
import { bytes } from '../src/words/amount.ts';
import { answeredLine } from '../src/words/answered.ts';
import { sendCommand, shellWord, traceCommand } from '../src/words/command.ts';
import { changeLines, differenceSentence, leftAsNow } from '../src/words/difference.ts';
import { type Block, type Inline, readMarkdown } from '../src/words/markdown.ts';
import { absolute, relative } from '../src/words/moment.ts';
import { findPassage, MATCH_END, MATCH_START } from '../src/words/passage.ts';
import { withoutMarkdown } from '../src/words/plain.ts';
import { plainTemplate } from '../src/words/template.ts';

function textOf(block: Block): string {
  if (block.kind === 'code') return block.text;
  if (block.kind === 'list') return block.items.map(({ inside }) => inline(inside)).join('\n');
  return inline(block.inside);
}

function inline(parts: readonly Inline[]): string {
  return parts.map((part) => ('inside' in part ? inline(part.inside) : part.text)).join('');
}

function linksOf(parts: readonly Inline[]): readonly string[] {
  return parts.flatMap((part) => [
    ...(part.kind === 'link' ? [part.href] : []),
    ...('inside' in part ? linksOf(part.inside) : []),
  ]);
}

function links(text: string): readonly string[] {
  return readMarkdown(text).flatMap((block) => {
    if (block.kind === 'code') return [];
    return block.kind === 'list'
      ? block.items.flatMap(({ inside }) => linksOf(inside))
      : linksOf(block.inside);
  });
}

describe('Markdown', () => {
  it('knows paragraphs, headings, lists, quotes, code and emphasis', () => {
    const kinds = readMarkdown(
      '# Title\n\nText **strong** and *soft* `code`.\n\n- a\n- b\n\n3. c\n\n> said\n\n```js\nx\n```',
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'quote', 'code']);
    const [, paragraph, , numbered] = kinds;
    expect(paragraph).toMatchObject({
      inside: [{}, { kind: 'strong' }, {}, { kind: 'emphasis' }, {}, { kind: 'code' }, {}],
    });
    expect(numbered).toMatchObject({ ordered: true, start: 3 });
  });

  it('leaves names with underscores and sums with stars alone', () => {
    for (const text of ['snake_case_name and other_name', '2 * 3 * 4', 'a ** b']) {
      expect(readMarkdown(text)).toEqual([{ kind: 'paragraph', inside: [{ kind: 'text', text }] }]);
    }
  });

  it('makes links of http and https only', () => {
    expect(links('[a](https://kai.example/x) and http://b.example/?q=1.')).toEqual([
      'https://kai.example/x',
      'http://b.example/?q=1.',
    ]);
    for (const href of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc',
      '//evil.example',
      'JaVaScRiPt:x',
      'vbscript:x',
    ]) {
      expect(links(`[click](${href})`)).toEqual([]);
      expect(textOf(readMarkdown(`[click](${href})`)[0] as Block)).toContain(href);
    }
  });

  it('reads an answer that is still streaming', () => {
    expect(readMarkdown('Look:\n```\nhalf')).toEqual([
      { kind: 'paragraph', inside: [{ kind: 'text', text: 'Look:' }] },
      { kind: 'code', text: 'half' },
    ]);
  });

  const marks = ['**', '*', '_', '`', '- ', '1. ', '> ', '# ', '\n', ' ', 'word', '<b>'];

  it('never throws and never links elsewhere', () => {
    const piece = fc.constantFrom(...marks, '```', '[a](', ')', 'javascript:', 'https://x.y');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
        for (const href of links(pieces.join(''))) expect(href).toMatch(/^https?:\/\//);
      }),
    );
  });

  it('loses no word', () => {
    const count = (text: string): number => text.split('word').length - 1;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...marks), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('').replaceAll('```', '');
        expect(count(readMarkdown(text).map(textOf).join('\n'))).toBe(count(text));
      }),
    );
  });

  it('stays quick on what is made to be slow', () => {
    const begin = performance.now();
    for (const hard of [
      '*'.repeat(20_000),
      '**a'.repeat(6_000),
      '['.repeat(20_000),
      '`'.repeat(20_000),
      '_a '.repeat(8_000),
    ])
      readMarkdown(hard);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

describe('a passage', () => {
  const text = 'one\ntwo\nthe pump switches off\n  by itself\nfive';

  it('is found across line breaks, without its marks and cuts', () => {
    const excerpt = `…the ${MATCH_START}pump${MATCH_END} switches off by itself…`;
    expect(findPassage(text, 'line 1', excerpt)).toEqual({ from: 3, to: 4 });
  });

  it('falls back to the line or the page that the source names', () => {
    expect(findPassage(text, 'line 2', 'words that are not in the text')).toEqual({ from: 2, to: 2 });
    expect(findPassage('— page 1 —\n\na\n\n— page 2 —\n\nb', 'page 2', '')).toEqual({ from: 5, to: 5 });
    expect(findPassage(text, 'somewhere', '')).toEqual({ from: 0, to: 0 });
  });

  it('is found wherever it stands', () => {
    const words = fc
      .array(fc.constantFrom('alpha', 'beta', 'gamma'), { maxLength: 30 })
      .map((all) => all.join('\n'));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const wanted = 'this very special sentence';
        const whole = `${before}\n${wanted.replace('very ', 'very\n')}\n${after}`;
        const line = before.split('\n').length + 1;
        expect(findPassage(whole, '', wanted)).toEqual({ from: line, to: line + 1 });
      }),
    );
  });
});

describe('a command', () => {
  it('is what the command line takes', () => {
    expect(sendCommand('kai://agent.notes', 'notes.list', {})).toBe(
      "kai send kai://agent.notes notes.list '{}'",
    );
    expect(traceCommand('kai://a.b c')).toBe("kai trace --containing 'kai://a.b c'");
  });

  it('quotes anything so that a shell gives it back', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(unquote(shellWord(text))).toBe(text);
      }),
    );
  });
});

/** What a POSIX shell makes of one word of single-quoted, escaped and plain parts. */
function unquote(word: string): string {
  return [...word.matchAll(/'([^']*)'|\\(.)|([^'\\]+)/gs)]
    .map(([, quoted, escaped, plain]) => quoted ?? escaped ?? plain)
    .join('');
}

describe('a moment', () => {
  const now = new Date(2026, 2, 4, 12, 0, 0).getTime();

  it.each([
    [now, 'just now'],
    [now + 30_000, 'in less than a minute'],
    [now + 12 * 60_000, 'in 12 minutes'],
    [now - 3_600_000, '1 hour ago'],
    [now - 3 * 86_400_000, '3 days ago'],
    [Number.NaN, 'at an unknown time'],
  ])('%s is %s', (at, words) => expect(relative(at, now)).toBe(words));

  it('says the day and the clock', () => {
    expect(absolute(now + 86_400_000, now)).toBe('tomorrow 12:00');
    expect(absolute(now - 86_400_000, now)).toBe('yesterday 12:00');
    expect(absolute(now + 4 * 86_400_000, now)).toBe('Sun 8 Mar 12:00');
  });
});

describe('a frame', () => {
  it('is read or dropped, never thrown at the window', () => {
    expect(readFrame('{"op":"chunk","ref":"1","payload":null}')).toEqual({
      op: 'chunk',
      ref: '1',
      payload: null,
    });
    expect(readFrame('{"op":"news"}')).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const frame = readFrame(text);
        expect(frame === undefined || typeof frame.op === 'string').toBe(true);
      }),
    );
  });
});

describe('a timeline', () => {
  it('keeps every bar within the span', () => {
    const entry = fc.record({ at: fc.nat(10_000), tookMs: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const whole = entries.map(({ at, tookMs }) => ({
          at,
          tookMs,
          outcome: 'replied' as const,
          id: '',
          kind: 'reply',
          from: '',
          to: '',
          intent: '',
          priority: 'normal',
          trace: '',
          note: '',
          payload: '',
        }));
        for (const { start, length } of toTimeline(whole).steps) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThanOrEqual(LENGTH_MIN);
          expect(start + length).toBeLessThanOrEqual(1.000_001);
        }
      }),
    );
  });
});

describe('an example payload', () => {
  it('has the required members of the schema', () => {
    const schema = {
      type: 'object',
      properties: { text: { type: 'string' }, limit: { type: 'integer' }, level: { enum: ['low', 'high'] } },
      required: ['text', 'level'],
    };
    expect(examplePayload(schema)).toEqual({ text: '…', level: 'low' });
  });
});

describe('an excerpt of a Markdown file', () => {
  it.each([
    [
      'the display \u0002shows\u0003 **\u0002E119\u0003**, then',
      'the display \u0002shows\u0003 \u0002E119\u0003, then',
    ],
    ['# Daily use\n\nPress _boost_ for `one` hour', 'Daily use\n\nPress boost for one hour'],
    ['- see [the plan](plan.md)\n> quoted', 'see the plan\nquoted'],
    ['…is cut** before it began', '…is cut before it began'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
  ])('%j is shown as %j', (excerpt, shown) => expect(withoutMarkdown(excerpt)).toBe(shown));

  it('only ever loses characters, and none of the marks', () => {
    const signs = fc.string({
      unit: fc.constantFrom('*', '_', '`', '#', ' ', 'a', '\n', '[', ']', '(', ')', '\u0002', '\u0003'),
    });
    const marks = (text: string): string =>
      [...text].filter((one) => one === MATCH_START || one === MATCH_END).join('');
    fc.assert(
      fc.property(signs, (text) => {
        const shown = withoutMarkdown(text);
        expect(isWithin(shown, text)).toBe(true);
        if (!text.includes('](')) expect(marks(shown)).toBe(marks(text));
      }),
    );
  });
});

/** Whether `part` is what is left of `whole` when characters are taken away. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at += 1;
  return at === part.length;
}

describe('a template', () => {
  it.each([
    ['(what|who|where) {topic}', 'what {topic}'],
    ['search [(my|the)] (documents|files) for {topic}', 'search documents for {topic}'],
    ['((call|ring) me|remind me) {when}', 'call me {when}'],
    ['note: {text}', 'note: {text}'],
  ])('%j is said %j', (template, said) => expect(plainTemplate(template)).toBe(said));

  it('stands in the line that says who answered', () => {
    const why = 'matched “(what|who) {topic}”';
    expect(answeredLine({ kind: 'phrasebook', name: 'phrasebook', where: 'on this device', why })).toBe(
      'Answered by the phrasebook, on this device — matched “what {topic}”',
    );
  });
});

describe('a size', () => {
  it('has the unit that says most', () => {
    expect([640, 12_000, 1_048_576, 5_368_709_120].map(bytes)).toEqual([
      '640 B',
      '12 KiB',
      '1.0 MiB',
      '5.0 GiB',
    ]);
  });
});

describe('a dead letter', () => {
  const letter = (id: string, message: string): DeadLetter => ({ at: 0, id, code: '', reason: '', message });

  it('is named by what was asked of whom, or else by its id', () => {
    const message = '{"intent":"weather.now","to":"kai://ada.kitchen.station"}';
    expect(letterName(letter('1', message), 'kai://ada.kitchen')).toBe('weather.now to station');
    for (const unreadable of ['', '{', 'null', '7', '{"intent":1}'])
      expect(letterName(letter('1', unreadable), '')).toBe('1');
  });

  it('has a key of its own, also when one message left several', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), (ids) => {
        const keys = keyed(ids.map((id) => letter(id, ''))).map(([key]) => key);
        expect(new Set(keys).size).toBe(ids.length);
      }),
    );
  });
});

describe('a difference', () => {
  const none: Changes = { added: [], removed: [], changed: [], more: 0 };
  const same: Difference = {
    state: none,
    timers: none,
    settings: none,
    inbox: { added: [], removed: [], more: 0 },
    version: null,
  };
  const differing: Difference = {
    ...same,
    state: {
      ...none,
      added: [{ key: 'a', value: 1 }],
      changed: [{ key: 'b', before: 1, after: 2 }],
      more: 3,
    },
    timers: { ...none, removed: [{ key: 'bread', value: {} }] },
    settings: { ...none, changed: [{ key: 'limit', before: 1, after: 2 }] },
    inbox: { added: ['m'], removed: [], more: 0 },
  };

  it('is said in one sentence and a line for each key', () => {
    expect(differenceSentence(differing, 'since')).toBe(
      'Since then: 1 key added, 1 key changed, 3 more; 1 timer removed; 1 setting changed; 1 unfinished message came or went.',
    );
    expect(changeLines(differing, 'since').map(({ verb, key, value }) => `${verb} ${key} ${value}`)).toEqual([
      'Added a 1',
      'Changed b 1 → 2',
      'Removed timer bread {}',
      'Changed setting limit 1 → 2',
    ]);
  });

  it('says of a rollback only what it changes, and what stays', () => {
    expect(differenceSentence(differing, 'back')).toBe(
      'Going back: 1 key added, 1 key changed, 3 more; 1 timer removed.',
    );
    expect(changeLines(differing, 'back').some(({ key }) => key.startsWith('setting'))).toBe(false);
    expect(leftAsNow(differing)).toBe(
      'As they are now stay its code and settings and the messages it has not finished.',
    );
  });

  it('that is none is said as none', () => {
    expect(differenceSentence(same, 'since')).toBe('Nothing has changed since.');
    expect(differenceSentence(same, 'back')).toBe('Nothing would change.');
    expect([changeLines(same, 'since'), leftAsNow(same)]).toEqual([[], '']);
  });
});
