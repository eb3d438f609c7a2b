import { rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openMemoryIndexes } from '@kai/stores/memory';
import fc from 'fast-check';
import { type JsonObject, KaiError } from 'kai';
import { describe, expect, it } from 'vitest';
import { quote } from '../agents/documents/answer.ts';
import { documents } from '../agents/documents/documents.ts';
import { decodeVersion, encodeVersion, isCurrent } from '../agents/documents/file-version.ts';
import { Assistant } from './assistant.ts';
import { makePdf } from './pdf-file.ts';
import { TemporaryFolder } from './temporary-folder.ts';
import { VirtualClock } from './virtual-clock.ts';

interface Status extends JsonObject {
  readonly files: number;
  readonly passages: number;
  readonly indexing: JsonObject | null;
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}
interface Found extends JsonObject {
  readonly text: string;
  readonly sources: readonly { readonly source: string; readonly place: string; readonly excerpt: string }[];
}

async function open(
  folder: string,
  settings: JsonObject = {},
  indexes = openMemoryIndexes(),
): Promise<Assistant> {
  return await Assistant.start({
    agents: [{ definition: documents, settings: { folder, ...settings } }],
    indexes,
  });
}

/** Asks for the status until it is as wanted. */
async function until(assistant: Assistant, isWanted: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = await assistant.ask<Status>('documents.status');
    if (isWanted(status)) return status;
    await wait(10);
  }
}

const isRead = (files: number) => (status: Status) => status.indexing === null && status.files === files;

describe('a question', () => {
  it('is answered with the sentence, the file and the place', async () => {
    using folder = new TemporaryFolder();
    folder.write(
      'house.md',
      '# House\n\nBe nice.\n\n## Quiet hours\n\nThe rule is old. Quiet hours begin at 22:00. Thanks.',
    );
    folder.write('sub/other.txt', 'Hours of work.');
    await using assistant = await open(folder.path);
    await until(assistant, isRead(2));
    const found = await assistant.ask<Found>('documents.ask', { topic: 'do quiet hours begin?' });
    expect(found.text).toBe('“Quiet hours begin at 22:00. Thanks.” (house.md, line 7) 1 more place fits.');
    expect(found.sources).toMatchObject([
      { source: 'house.md', place: 'line 7', title: 'House › Quiet hours' },
      { source: 'sub/other.txt', place: 'line 1', title: 'Other' },
    ]);
    expect(found.sources[0]?.excerpt).toContain('\u0002Quiet\u0003');
  });

  it('without an answer is told what was looked through', async () => {
    using folder = new TemporaryFolder();
    await using assistant = await open(folder.path);
    await until(assistant, isRead(0));
    expect(await assistant.ask('documents.ask', { topic: 'zebra' })).toEqual({
      text: `There are no documents to look through. Put some into ${folder.path}; I read text, Markdown, HTML and PDF.`,
      sources: [],
    });
    folder.write('a.md', 'text');
    await until(assistant, isRead(1));
    expect((await assistant.ask<Found>('documents.ask', { topic: 'zebra' })).text).toBe(
      `I found nothing about “zebra” in the 1 file of ${folder.path}. Other words may help.`,
    );
  });
});

describe('the folder', () => {
  it('is followed: new, changed, moved and deleted files', async () => {
    using folder = new TemporaryFolder();
    const path = folder.write('a.md', 'apples');
    await using assistant = await open(folder.path);
    const ask = async (topic: string) =>
      (await assistant.ask<Found>('documents.ask', { topic })).sources.map(({ source }) => source);
    const untilFound = async (topic: string, sources: readonly string[]) => {
      while ((await ask(topic)).join() !== sources.join()) await wait(20);
    };
    await untilFound('apples', ['a.md']);
    folder.write('sub/b.md', 'bananas');
    await untilFound('bananas', ['sub/b.md']);
    folder.write('a.md', 'pears, no longer the other fruit');
    await untilFound('pears', ['a.md']);
    expect(await ask('apples')).toEqual([]);
    rmSync(path);
    await untilFound('pears', []);
    expect(await assistant.ask<Status>('documents.status')).toMatchObject({ files: 1, passages: 1 });
  });

  it('may come later, and is not forgotten when it is gone for a while', async () => {
    using parent = new TemporaryFolder();
    const folder = join(parent.path, 'stick');
    await using assistant = await open(folder);
    const gone = await until(assistant, ({ skipped }) => skipped.length > 0);
    expect(gone).toMatchObject({ files: 0, skipped: [{ source: '.', reason: 'there is no such folder' }] });
    expect((await assistant.ask<Found>('documents.ask', { topic: 'a' })).text).toContain(
      'there is no such folder',
    );
    parent.write('stick/a.md', 'apples');
    await until(assistant, isRead(1));
    rmSync(folder, { recursive: true });
    await until(assistant, ({ skipped }) => skipped.length > 0);
    expect((await assistant.ask<Found>('documents.ask', { topic: 'apples' })).sources).toHaveLength(1);
  });

  it('with hostile files is read as far as it goes', async () => {
    using folder = new TemporaryFolder();
    using outside = new TemporaryFolder();
    const pdf = makePdf('Aid', [{ lines: ['Burns.'] }]);
    folder.write('good.md', 'good');
    folder.write('good.pdf', pdf);
    folder.write('empty.md', '');
    folder.write('cut.pdf', pdf.slice(0, 200));
    folder.write(
      'binary.txt',
      Uint8Array.from({ length: 2_000 }, (_, at) => (at * 37) % 256),
    );
    folder.write('latin.txt', Buffer.from('Küche', 'latin1'));
    folder.write('deep.html', `<p>shallow</p>${'<div>'.repeat(100_000)}x${'</p>'.repeat(100_000)}`);
    folder.write('large.md', 'a'.repeat(20_000));
    folder.write('.hidden.md', 'secret');
    folder.write('node_modules/x/readme.md', 'secret');
    folder.write('.kai/a.md', 'secret');
    folder.write('picture.png', 'secret');
    folder.write('long line.md', 'word '.repeat(2_000));
    symlinkSync(outside.write('private.md', 'secret'), join(folder.path, 'link.md'));
    symlinkSync(outside.path, join(folder.path, 'linked folder'));
    symlinkSync(folder.path, join(folder.path, 'loop'));
    await using assistant = await open(folder.path, { fileBytesMax: 1_500_000 });
    const status = await until(assistant, ({ indexing, files }) => indexing === null && files > 0);
    expect(status.skipped.map(({ source, reason }) => `${source}: ${reason}`).sort()).toEqual([
      'binary.txt: it is no text, whatever its name says',
      'cut.pdf: it is damaged, or no PDF',
    ]);
    expect((await assistant.ask<Found>('documents.ask', { topic: 'secret' })).sources).toEqual([]);
    for (const [topic, source] of [
      ['good', 'good.md'],
      ['burns', 'good.pdf'],
      ['Küche', 'latin.txt'],
      ['shallow', 'deep.html'],
    ]) {
      expect((await assistant.ask<Found>('documents.ask', { topic: topic ?? '' })).sources[0]?.source).toBe(
        source,
      );
    }
  });

  it('is read anew only where it changed, after a restart', async () => {
    using folder = new TemporaryFolder();
    for (let at = 0; at < 20; at += 1) folder.write(`${at}.md`, `number${at}`);
    const indexes = openMemoryIndexes();
    const index = await indexes.open('kai://test.home.documents/documents');
    const put: string[] = [];
    const original = index.put.bind(index);
    index.put = (entries) => {
      put.push(...entries.map(({ source }) => source));
      return original(entries);
    };
    {
      await using assistant = await open(folder.path, {}, indexes);
      await until(assistant, isRead(20));
    }
    expect(put).toHaveLength(20);
    folder.write('3.md', 'changed');
    utimesSync(join(folder.path, '3.md'), 1, 1);
    await using assistant = await open(folder.path, {}, indexes);
    await until(assistant, isRead(20));
    while (put.length < 21) await wait(10);
    expect(put.slice(20)).toEqual(['3.md']);
  });

  it('of 5,000 small files is read while questions are answered, and progress is told calmly', async () => {
    using folder = new TemporaryFolder();
    for (let at = 0; at < 5_000; at += 1) folder.write(`${at % 50}/${at}.md`, `file number${at} says hello`);
    await using assistant = await open(folder.path);
    const progress = assistant.hear('tasks:documents.progress');
    const began = performance.now();
    let asked = 0;
    let slowest = 0;
    for (
      let status: Status | undefined;
      !isRead(5_000)(status ?? (await assistant.ask('documents.status')));
      asked += 1
    ) {
      const before = performance.now();
      await assistant.ask('documents.ask', { topic: 'number7' });
      slowest = Math.max(slowest, performance.now() - before);
      status = await assistant.ask<Status>('documents.status');
      await wait(5);
    }
    const seconds = (performance.now() - began) / 1_000;
    expect(asked).toBeGreaterThan(3);
    expect(slowest).toBeLessThan(2_000);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.length).toBeLessThanOrEqual(5 * seconds + 2);
    expect(progress.at(-1)).toMatchObject({ files: 5_000, passages: 5_000, indexing: null });
  }, 30_000);
});

describe('an index that fails', () => {
  it('is asked anew what it has, and filled again', async () => {
    using folder = new TemporaryFolder();
    folder.write('a.md', 'apples');
    const indexes = openMemoryIndexes();
    const clock = new VirtualClock('2026-03-10T12:00:00Z');
    const index = await indexes.open('kai://test.home.documents/documents');
    const settings = { folder: folder.path };
    await using assistant = await Assistant.start({
      agents: [{ definition: documents, settings }],
      indexes,
      clock,
    });
    await until(assistant, isRead(1));
    const search = index.search.bind(index);
    index.search = () => Promise.reject(new KaiError('UNAVAILABLE', 'the index was damaged and begins anew'));
    await index.remove(['a.md']);
    await expect(assistant.ask('documents.ask', { topic: 'apples' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    index.search = search;
    await clock.jumpTo(clock.now() + 5_000);
    while ((await assistant.ask<Found>('documents.ask', { topic: 'apples' })).sources.length === 0)
      await wait(10);
  });
});

describe('a rescan', () => {
  it('tells its steps, and looks at what was skipped once more', async () => {
    using folder = new TemporaryFolder();
    folder.write('a.md', 'apples');
    folder.write('b.pdf', 'no pdf');
    await using assistant = await open(folder.path);
    await until(assistant, ({ indexing, skipped }) => indexing === null && skipped.length > 0);
    const steps: JsonObject[] = [];
    const stream = assistant.client.stream('kai://agent.documents', 'documents.rescan', {});
    for (let part = await stream.next(); ; part = await stream.next()) {
      if (part.done === true) {
        expect(part.value.payload).toMatchObject({ indexing: null, skipped: [{ source: 'b.pdf' }] });
        break;
      }
      steps.push(part.value as JsonObject);
    }
    expect(steps.at(-1)).toEqual({ done: 1, total: 1, source: 'b.pdf' });
  });
});

describe('opening a document', () => {
  it('gives its text', async () => {
    using folder = new TemporaryFolder();
    folder.write('sub/a.md', '# Title\n\ntext\n');
    folder.write('b.pdf', makePdf('Aid', [{ lines: ['Burns.'] }, { lines: ['Cuts.'] }]));
    await using assistant = await open(folder.path);
    expect(await assistant.ask('documents.open', { source: 'sub/a.md' })).toEqual({
      source: 'sub/a.md',
      title: 'Title',
      text: '# Title\n\ntext\n',
      lines: 4,
    });
    expect(await assistant.ask('documents.open', { source: 'b.pdf' })).toMatchObject({
      title: 'Aid',
      text: '— page 1 —\n\nBurns.\n\n— page 2 —\n\nCuts.',
    });
    await expect(assistant.ask('documents.open', { source: 'c.md' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('never leaves the folder', async () => {
    using folder = new TemporaryFolder();
    using outside = new TemporaryFolder();
    const secret = outside.write('secret.md', 'secret');
    symlinkSync(secret, join(folder.path, 'link.md'));
    symlinkSync(outside.path, join(folder.path, 'linked'));
    folder.write('.hidden.md', 'secret');
    folder.write('key.pem', 'secret');
    await using assistant = await open(folder.path);
    const sources = [
      secret,
      '../secret.md',
      'x/../../secret.md',
      `..${'/..'.repeat(20)}/etc/hostname.md`,
      'link.md',
      'linked/secret.md',
      '.hidden.md',
      'key.pem',
      'a.md\u0000.md',
      'C:\\secret.md',
      '..\\secret.md',
      '.',
      '/',
      'a//b.md',
    ];
    for (const source of sources) {
      await expect(assistant.ask('documents.open', { source }), source).rejects.toMatchObject({
        code: 'POLICY_DENIED',
      });
    }
  });
});

describe('stopping', () => {
  it('in the middle of reading leaves nothing running, and the next start goes on', async () => {
    using folder = new TemporaryFolder();
    for (let at = 0; at < 400; at += 1) folder.write(`${at}.md`, `number${at}`);
    const indexes = openMemoryIndexes();
    {
      await using assistant = await open(folder.path, {}, indexes);
      await until(assistant, ({ files }) => files > 0);
    }
    const index = await indexes.open('kai://test.home.documents/documents');
    const before = (await index.sources()).size;
    expect(before).toBeLessThan(400);
    await wait(50);
    expect((await index.sources()).size).toBe(before);
    await using assistant = await open(folder.path, {}, indexes);
    await until(assistant, isRead(400));
  });
});

describe("a file's version", () => {
  it('says what it was made of', () => {
    const stamp = fc.record({ modifiedMs: fc.integer(), size: fc.nat() });
    const as = fc.oneof(
      fc.record({ kind: fc.constant('read' as const), passages: fc.nat() }),
      fc.record({ kind: fc.constant('skipped' as const), reason: fc.string() }),
    );
    fc.assert(
      fc.property(stamp, as, (file, outcome) => {
        const version = encodeVersion(file, outcome);
        expect(decodeVersion(version)).toEqual({ ...file, as: outcome });
        expect(isCurrent(version, file)).toBe(true);
        expect(isCurrent(version, { ...file, size: file.size + 1 })).toBe(false);
      }),
    );
  });

  it('of another format counts as changed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeVersion(text)).toBeUndefined();
      }),
    );
    expect(decodeVersion('0:1:2:+3')).toBeUndefined();
  });
});

describe('a quotation', () => {
  it('is part of the passage, and bounded, whatever the passage', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 1_200 }), fc.string(), (passage, topic) => {
        expect(quote(passage, topic).length).toBeLessThanOrEqual(481);
      }),
    );
  });

  it('takes the steps with the sentence that they belong to', () => {
    const passage =
      'Other things.\n\nWhen the pressure is low, fill it:\n\n1. Open the tap.\n2. Close the tap.\n\nCall Dr. Ruiz.';
    expect(quote(passage, 'what about low pressure')).toBe(
      'When the pressure is low, fill it: 1. Open the tap. 2. Close the tap.',
    );
    expect(quote(passage, 'call')).toBe('Call Dr. Ruiz.');
  });
});
