/** What every text index must do, whatever it is built on. */

import type { SourceEntry, TextIndexes } from '@kai/runtime/ports';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const GARDEN = source(
  'garden.md',
  'Garden',
  'Water the tomatoes twice a week. The café has reminders about roses.',
);
const HOUSE = source(
  'house.md',
  'House',
  'The boiler was serviced in May. Ask the plumber about the tomatoes soup pan.',
);

/** Runs the contract against the adapter `name`; `open` gives new, empty indexes each time. */
export function textIndexContract(name: string, open: () => Promise<TextIndexes>): void {
  describe(`${name} keeps the contract of a text index`, () => {
    it('finds a passage by its words, marked in an excerpt', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([GARDEN, HOUSE]);
      const [hit, ...others] = await index.search('boiler', { limit: 5 });
      expect(others).toEqual([]);
      expect(hit).toMatchObject(HOUSE.passages[0] ?? {});
      expect(hit?.excerpt).toContain('\u0002boiler\u0003');
      expect(hit?.score).toBeGreaterThan(0);
    });

    it('gives each hit the excerpt of its own text', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put(
        ['red', 'green', 'blue'].map((colour) => source(`${colour}.md`, colour, `A ${colour} kettle sings.`)),
      );
      const hits = await index.search('kettle', { limit: 3 });
      expect(hits.map(({ source, excerpt }) => `${source}: ${excerpt}`).sort()).toEqual([
        'blue.md: A blue \u0002kettle\u0003 sings.',
        'green.md: A green \u0002kettle\u0003 sings.',
        'red.md: A red \u0002kettle\u0003 sings.',
      ]);
    });

    it('finds other forms of a word, whatever its case and accents', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([GARDEN, HOUSE]);
      for (const query of ['reminder', 'REMINDERS', 'cafe', 'Café', 'tomato soup']) {
        expect(await index.search(query, { limit: 5 }), query).not.toEqual([]);
      }
    });

    it('puts passages with all the words first, and others after them', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([
        source('one.md', 'One', 'zebra zebra zebra zebra zebra'),
        source(
          'both.md',
          'Both',
          `A zebra and a very long story about something else and then a quokka. ${'filler '.repeat(200)}`,
        ),
        source('other.md', 'Other', 'nothing of the kind'),
      ]);
      const hits = await index.search('zebra quokka', { limit: 5 });
      expect(hits.map((hit) => hit.source)).toEqual(['both.md', 'one.md']);
      expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? 0);
      expect(await index.search('zebra quokka', { limit: 1 })).toHaveLength(1);
    });

    it('weighs a title more than a text', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([
        source('text.md', 'Something', 'here the heating is mentioned among other things'),
        source('title.md', 'Heating', 'here it is not mentioned among the other things'),
      ]);
      const hits = await index.search('heating', { limit: 5 });
      expect(hits.map((hit) => hit.source)).toEqual(['title.md', 'text.md']);
    });

    it('looks past the words of a question to what it is about', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([GARDEN, HOUSE, source('what.md', 'What', 'What do my notes say about what to do?')]);
      const hits = await index.search('What do my notes say about the boiler?', { limit: 5 });
      expect(hits.map((hit) => hit.source)).toContain('house.md');
      expect(await index.search('what', { limit: 5 })).toHaveLength(1);
    });

    it('replaces a source as a whole and removes it as a whole', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([GARDEN, HOUSE]);
      await index.put([source('garden.md', 'Garden', 'Only roses now.', 'v2')]);
      expect((await index.search('tomatoes', { limit: 5 })).map((hit) => hit.source)).toEqual(['house.md']);
      expect(await index.search('roses', { limit: 5 })).toHaveLength(1);
      expect(await index.sources()).toEqual(
        new Map([
          ['garden.md', 'v2'],
          ['house.md', 'v1'],
        ]),
      );
      await index.remove(['house.md', 'absent.md']);
      expect(await index.search('tomatoes', { limit: 5 })).toEqual([]);
      expect(await index.sources()).toEqual(new Map([['garden.md', 'v2']]));
    });

    it('remembers a source without passages, and takes the last of two entries', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([
        { source: 'empty.pdf', version: 'v9', passages: [] },
        GARDEN,
        { ...HOUSE, source: 'garden.md' },
      ]);
      expect(await index.sources()).toEqual(
        new Map([
          ['empty.pdf', 'v9'],
          ['garden.md', 'v1'],
        ]),
      );
      expect(await index.search('roses', { limit: 5 })).toEqual([]);
      expect((await index.search('boiler', { limit: 5 }))[0]?.source).toBe('garden.md');
    });

    it('searches only sources with a prefix', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      const many = Array.from({ length: 120 }, (_, n) =>
        source(`a/${n}.md`, 'Tomatoes', 'tomatoes tomatoes'),
      );
      await index.put([...many, source('b%/x.md', 'Other', 'one tomato only')]);
      const hits = await index.search('tomatoes', { limit: 3, sourcePrefix: 'b%/' });
      expect(hits.map((hit) => hit.source)).toEqual(['b%/x.md']);
      expect(await index.search('tomatoes', { limit: 3, sourcePrefix: 'c' })).toEqual([]);
    });

    it('gives each name an index of its own, and the same one twice', async () => {
      await using indexes = await open();
      const first = await indexes.open('first');
      await first.put([GARDEN]);
      const second = await indexes.open('second');
      expect(await second.search('tomatoes', { limit: 5 })).toEqual([]);
      expect(await (await indexes.open('first')).search('tomatoes', { limit: 5 })).toHaveLength(1);
    });

    it('takes any text as a query', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put([GARDEN]);
      for (const query of [
        '',
        '"',
        '*',
        'NOT',
        'a OR',
        'NEAR(',
        'title:x',
        '^x',
        "it's -- tomatoes);",
        '\u0000',
        '+',
        '😀',
      ]) {
        await index.search(query, { limit: 5 });
      }
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (query) => {
          const hits = await index.search(query, { limit: 5 });
          expect(hits.length).toBeLessThanOrEqual(1);
        }),
        { numRuns: 100 },
      );
    });

    it('obeys the limit', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      await index.put(Array.from({ length: 10 }, (_, n) => source(`${n}.md`, 'Roses', 'roses and thorns')));
      expect(await index.search('roses', { limit: 4 })).toHaveLength(4);
      expect(await index.search('roses thorns', { limit: 0 })).toEqual([]);
    });

    it('shortens long passages around the words that matched', async () => {
      await using indexes = await open();
      const index = await indexes.open('documents');
      const text = `${'before '.repeat(300)}the needle lies here ${'after '.repeat(300)}`;
      await index.put([source('hay.md', 'Hay', text)]);
      const [hit] = await index.search('needle', { limit: 1 });
      expect(hit?.text).toBe(text);
      expect(hit?.excerpt).toContain('\u0002needle\u0003');
      expect(hit?.excerpt.length).toBeLessThan(400);
    });

    it('finishes what was accepted before it closes, and takes nothing afterwards', async () => {
      const indexes = await open();
      const index = await indexes.open('documents');
      const accepted = index.put([GARDEN]);
      await indexes[Symbol.asyncDispose]();
      await indexes[Symbol.asyncDispose]();
      await accepted;
      await expect(index.put([HOUSE])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(index.search('roses', { limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(indexes.open('other')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
}

function source(name: string, title: string, text: string, version = 'v1'): SourceEntry {
  return { source: name, version, passages: [{ source: name, place: 'line 1', title, text }] };
}
