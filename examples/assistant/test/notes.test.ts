import fc from 'fast-check';
import type { JsonObject } from 'kai';
import { describe, expect, it } from 'vitest';
import { searchNotes } from '../agents/note-search.ts';
import { BIN_MS, type Note, notes } from '../agents/notes.ts';
import { likeness, wordsOf } from '../agents/words.ts';
import { Assistant } from './assistant.ts';
import { threadTimeOf } from './thread-time.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

const clockAt = () => new VirtualClock('2026-03-10T12:00:00Z');

interface Answer extends JsonObject {
  readonly text: string;
  readonly notes: readonly Note[];
}
interface NoteAnswer extends JsonObject {
  readonly text: string;
  readonly note: Note;
}

async function open(clock = clockAt()): Promise<Assistant> {
  return await Assistant.start({ agents: [{ definition: notes }], clock });
}

describe('notes', () => {
  it('are kept, listed newest first, and found by their words', async () => {
    const clock = clockAt();
    await using assistant = await open(clock);
    for (const text of [
      'the boiler was serviced in May',
      'Eva likes pancakes',
      'batteries are in the drawer',
    ]) {
      await assistant.ask('notes.add', { text });
      await clock.jumpTo(clock.now() + 1_000);
    }
    const listed = await assistant.ask<Answer>('notes.list');
    expect(listed.notes.map(({ text }) => text)).toEqual([
      'batteries are in the drawer',
      'Eva likes pancakes',
      'the boiler was serviced in May',
    ]);
    const found = await assistant.ask<Answer>('notes.search', { query: 'the boilers' });
    expect(found.notes.map(({ text }) => text)).toEqual(['the boiler was serviced in May']);
    expect((await assistant.ask<Answer>('notes.search', { query: 'battery' })).notes).toHaveLength(1);
  });

  it('say what helps when there is nothing', async () => {
    await using assistant = await open();
    expect((await assistant.ask<Answer>('notes.list')).text).toMatch(/no notes yet.*note: /i);
    await assistant.ask('notes.add', { text: 'Eva likes pancakes' });
    const found = await assistant.ask<Answer>('notes.search', { query: 'zebra' });
    expect(found).toEqual({
      text: 'No note is about “zebra”. Say "show my notes" to see the one there is.',
      notes: [],
    });
  });

  it('go to the bin and come back', async () => {
    await using assistant = await open();
    const changes = assistant.hear('tasks:notes.changed');
    const { note } = await assistant.ask<NoteAnswer>('notes.add', { text: 'the boiler was serviced in May' });
    expect((await assistant.ask('notes.delete', { query: 'boiler' })).note).toEqual(note);
    expect((await assistant.ask<Answer>('notes.list')).notes).toEqual([]);
    expect((await assistant.ask('notes.restore', { id: note.id })).note).toEqual(note);
    expect((await assistant.ask<Answer>('notes.list')).notes).toEqual([note]);
    await settled();
    expect(changes).toEqual([{ id: note.id }, { id: note.id }, { id: note.id }]);
  });

  it('are gone for good after 30 days', async () => {
    const clock = clockAt();
    await using assistant = await open(clock);
    const { note } = await assistant.ask<NoteAnswer>('notes.add', { text: 'old' });
    await assistant.ask('notes.delete', { id: note.id });
    await clock.jumpTo(clock.now() + BIN_MS + 1);
    await expect(assistant.ask('notes.restore', { id: note.id })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('ask which one is meant', async () => {
    await using assistant = await open();
    for (const text of ['boiler in the cellar', 'call about the boiler'])
      await assistant.ask('notes.add', { text });
    const which = await assistant.ask<Answer>('notes.delete', { query: 'boiler' });
    expect(which.text).toMatch(/^2 notes fit\. Which one\?/);
    expect(which).toMatchObject({ note: null, notes: [{}, {}] });
    expect((await assistant.ask<NoteAnswer>('notes.delete', { query: 'boiler call' })).note.text).toBe(
      'call about the boiler',
    );
  });

  it('that were said whole are meant, whatever else fits', async () => {
    await using assistant = await open();
    for (const text of ['boiler in the cellar', 'boiler']) await assistant.ask('notes.add', { text });
    expect((await assistant.ask<NoteAnswer>('notes.delete', { query: 'Boiler' })).note.text).toBe('boiler');
  });

  it('that are long are listed as far as a message carries them', async () => {
    await using assistant = await open();
    for (let at = 0; at < 60; at += 1)
      await assistant.ask('notes.add', { text: `${at} ${'€'.repeat(19_000)}` });
    const answer = await assistant.ask<Answer>('notes.list', { limit: 200 });
    expect(answer.notes.length).toBeGreaterThan(5);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(1_000_000);
    expect(answer.text).toMatch(/^60 notes.*and 50 more$/s);
  });

  it('refuse what is no note', async () => {
    await using assistant = await open();
    await expect(assistant.ask('notes.add', { text: '  ' })).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
    });
    await expect(assistant.ask('notes.delete', {})).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
    await expect(assistant.ask('notes.delete', { id: 'x' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('searching notes', () => {
  const noteOf = (text: string, at: number): Note => ({ id: String(at), text, at });

  it('looks through 10,000 in under 10 ms', () => {
    const words =
      'boiler radiator valve garden tulip school holiday dentist pharmacy lentil bread summer'.split(' ');
    const many = Array.from({ length: 10_000 }, (_, at) => {
      const text = Array.from({ length: 15 }, (_, place) => words[(at * 7 + place * 5) % 11]).join(' ');
      return noteOf(`${text} number ${at}`, at);
    });
    const times = Array.from({ length: 9 }, () =>
      threadTimeOf(() => expect(searchNotes(many, 'the summers of 4711')[0]?.id).toBe('4711')),
    );
    expect(times.sort((one, other) => one - other)[4]).toBeLessThan(10);
  });

  it('finds every note by each of its words', () => {
    const word = fc.stringMatching(/^[a-z]{4,10}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(7), (list, place) => {
        const asked = list[place % list.length] ?? '';
        expect(searchNotes([noteOf(list.join(' '), 1)], asked)).toHaveLength(1);
      }),
    );
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
        expect(searchNotes([noteOf(text, 1)], query).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    ['boilers', 'boiler', true],
    ['boil', 'boiler', true],
    ['battery', 'batteries', true],
    ['Kühe', 'kuhe', true],
    ['car', 'card', true],
    ['care', 'card', false],
    ['house', 'hours', false],
    ['radiator', 'radio', false],
    ['category', 'cat', false],
    ['a', 'apple', true],
  ])('%s meets %s: %s', (one, other, meets) => {
    expect(likeness(wordsOf(one)[0] ?? '', wordsOf(other)[0] ?? '') > 0).toBe(meets);
  });
});
