import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import type { Hit, JsonObject, ModelRuntime, Passage, Reach } from 'kai';
import { describe, expect, it } from 'vitest';
import { documents } from '../agents/documents/documents.ts';
import { embedderOf } from '../agents/documents/embedding.ts';
import { fuse } from '../agents/documents/fusion.ts';
import { VectorStore } from '../agents/documents/vector-store.ts';
import { Assistant } from './assistant.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** What a text is about, in four directions: words of one row mean the same. */
const MEANINGS = [
  ['boiler', 'heating', 'radiator'],
  ['food', 'soup', 'bread'],
  ['school', 'lesson'],
  ['garden', 'tulip'],
];

function vectorOf(text: string): Float32Array {
  const lower = text.toLowerCase();
  const counts = MEANINGS.map((words) => words.filter((word) => lower.includes(word)).length);
  return Float32Array.from([...counts, 0.01]);
}

function model(calls: string[][] = [], reach: Reach = 'device', name = 'fake'): ModelRuntime {
  return {
    name,
    model: 'four-directions',
    reach,
    where: 'on this device',
    health: async () => ({ ready: true, detail: '' }),
    async *chat() {
      yield { kind: 'end', reason: 'stop' };
    },
    async embed(texts) {
      calls.push([...texts]);
      return texts.map(vectorOf);
    },
  };
}

const passage = (source: string, text: string): Passage => ({ source, place: 'line 1', title: source, text });

describe('the vector store', () => {
  it('finds what is most alike, and forgets what is removed', async () => {
    const store = await VectorStore.open(undefined, 'm');
    const texts = ['the radiator', 'soup and bread', 'a lesson'];
    const passages = texts.map((text) => passage('a', text));
    await store.put('a', '1', passages, texts.map(vectorOf));
    expect(store.search(vectorOf('heating'), 5).map(({ text }) => text)).toEqual(['the radiator']);
    await store.remove('a');
    expect(store.search(vectorOf('heating'), 5)).toEqual([]);
  });

  it('is there again after a crash, without the line that was torn', async () => {
    using folder = new TemporaryFolder();
    const store = await VectorStore.open(folder.path, 'm');
    await store.put('a', '1', [passage('a', 'radiator')], [vectorOf('radiator')]);
    await store.put('a', '2', [passage('a', 'boiler')], [vectorOf('boiler')]);
    await store.put('b', '1', [passage('b', 'soup')], [vectorOf('soup')]);
    appendFileSync(join(folder.path, 'vectors.jsonl'), '\n{"source":"c","version":"1","mod');
    const again = await VectorStore.open(folder.path, 'm');
    expect([again.versionOf('a'), again.versionOf('b'), again.versionOf('c')]).toEqual(['2', '1', undefined]);
    expect(again.search(vectorOf('heating'), 5)).toMatchObject([{ text: 'boiler' }]);
    await again.put('d', '1', [passage('d', 'tulip')], [vectorOf('tulip')]);
    expect((await VectorStore.open(folder.path, 'm')).sources).toEqual(['a', 'b', 'd']);
    expect((await VectorStore.open(folder.path, 'another model')).sources).toEqual([]);
  });

  it('survives any file, and does not grow with rewrites', async () => {
    using folder = new TemporaryFolder();
    const file = join(folder.path, 'vectors.jsonl');
    for (const text of [
      '',
      '\n\n',
      'null',
      '[1]',
      '{"source":1}',
      '{"source":"a","vectors":"%%"}',
      '{"source":"a","model":"m","vectors":"AAA="}',
    ]) {
      writeFileSync(file, text);
      expect((await VectorStore.open(folder.path, 'm')).sources, text).toEqual([]);
    }
    const store = await VectorStore.open(folder.path, 'm');
    for (let at = 0; at < 20; at += 1)
      await store.put('a', String(at), [passage('a', 'soup')], [vectorOf('soup')]);
    await VectorStore.open(folder.path, 'm');
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
  });
});

describe('fusion', () => {
  const hit = (text: string): Hit => ({ ...passage('a', text), score: 1, excerpt: text });

  it('puts first what both rankings know', () => {
    expect(
      fuse(
        [
          [hit('a'), hit('b')],
          [hit('c'), hit('b')],
        ],
        2,
      ).map(({ text }) => text),
    ).toEqual(['b', 'a']);
  });

  it('of one ranking is that ranking; of any it holds each passage once, best first', () => {
    const ranking = fc
      .uniqueArray(fc.nat(20), { maxLength: 15 })
      .map((list) => list.map((text) => hit(String(text))));
    fc.assert(
      fc.property(ranking, ranking, (one, other) => {
        expect(fuse([one], 99).map(({ text }) => text)).toEqual(one.map(({ text }) => text));
        const both = fuse([one, other], 99);
        expect(new Set(both.map(({ text }) => text))).toEqual(
          new Set([...one, ...other].map(({ text }) => text)),
        );
        expect(both).toHaveLength(new Set([...one, ...other].map(({ text }) => text)).size);
        expect(both.map(({ score }) => score)).toEqual(both.map(({ score }) => score).sort((a, b) => b - a));
      }),
    );
  });
});

describe('a model for vectors', () => {
  it('is used only within its allowed reach', () => {
    const models = [model([], 'public', 'cloud'), model([], 'lan', 'server')];
    expect(embedderOf(models, 'device')).toBeUndefined();
    expect(embedderOf(models, 'lan')?.model).toBe('server/four-directions');
    expect(embedderOf(models, 'public')?.model).toBe('cloud/four-directions');
    const { embed: _, ...mute } = model();
    expect(embedderOf([mute], 'public')).toBeUndefined();
  });

  async function open(folder: TemporaryFolder, models: readonly ModelRuntime[]): Promise<Assistant> {
    const settings = { folder: join(folder.path, 'documents'), vectors: join(folder.path, 'vectors') };
    return await Assistant.start({ agents: [{ definition: documents, settings }], models });
  }

  async function sourcesOf(assistant: Assistant, topic: string): Promise<string[]> {
    const { sources } = await assistant.ask<JsonObject & { sources: readonly { source: string }[] }>(
      'documents.ask',
      { topic },
    );
    return sources.map(({ source }) => source);
  }

  it('finds passages that hold none of the words, also after a restart without embedding again', async () => {
    using folder = new TemporaryFolder();
    folder.write('documents/a.md', 'The radiator is cold.');
    folder.write('documents/b.md', 'Bread with butter.');
    {
      await using assistant = await open(folder, [model()]);
      while ((await sourcesOf(assistant, 'heating')).join() !== 'a.md') await wait(20);
      while ((await sourcesOf(assistant, 'soup')).join() !== 'b.md') await wait(20);
    }
    const calls: string[][] = [];
    await using assistant = await open(folder, [model(calls)]);
    while ((await sourcesOf(assistant, 'soup')).join() !== 'b.md') await wait(20);
    expect(calls.flat().filter((text) => text !== 'soup')).toEqual([]);
  });

  it('that fails leaves the words', async () => {
    using folder = new TemporaryFolder();
    folder.write('documents/a.md', 'The radiator is cold.');
    const failing: ModelRuntime = { ...model(), embed: () => Promise.reject(new Error('out of order')) };
    await using assistant = await open(folder, [failing]);
    while ((await sourcesOf(assistant, 'radiator')).join() !== 'a.md') await wait(20);
    expect(await sourcesOf(assistant, 'heating')).toEqual([]);
  });
});
