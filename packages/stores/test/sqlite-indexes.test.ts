/** What the index on disk does beyond its contract: survives damage, answers during large puts, shows whole puts only. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type SourceEntry, silentLog, type TextIndex } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { openSqliteIndexes } from '../src/sqlite/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('text indexes on disk', () => {
  it('keep their sources across closing and opening', async () => {
    await using folder = temporaryFolder();
    await withIndex(folder.file('index.db'), (index) => index.put([source('a.md', 'roses')]));
    await withIndex(folder.file('index.db'), async (index) => {
      expect(await index.sources()).toEqual(new Map([['a.md', 'v1']]));
      expect(await index.search('rose', { limit: 3 })).toHaveLength(1);
    });
  });

  it('set a file aside that is no database, say so, and begin anew', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('index.db');
    writeFileSync(path, 'no database '.repeat(500));
    const warnings = await withIndex(path, (index) => index.put([source('a.md', 'roses')]));
    expect(warnings).toEqual([
      `the text index ${path} was damaged; it was set aside as ${path}.damaged-1 and is built anew`,
    ]);
    expect(readFileSync(`${path}.damaged-1`, 'utf8')).toBe('no database '.repeat(500));
    expect(await withIndex(path, async (index) => void (await index.sources()))).toEqual([]);
  });

  it('begin anew when damage shows while they are used', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('index.db');
    await withIndex(path, (index) =>
      index.put(Array.from({ length: 50 }, (_, n) => source(`${n}`, 'roses '.repeat(50)))),
    );
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 3 * 4_096));
    await withIndex(path, async (index) => {
      await expect(index.search('roses', { limit: 3 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: `${path} was damaged and is built anew: index the sources again`,
      });
      expect(await index.sources()).toEqual(new Map());
      await index.put([source('a.md', 'roses')]);
      expect(await index.search('roses', { limit: 3 })).toHaveLength(1);
    });
    expect(readdirSync(folder.path)).toContain('index.db.damaged-1');
  });

  it('refuse a file of another program and leave it alone', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('index.db');
    edit(path, (db) => db.exec('CREATE TABLE photos (name TEXT)'));
    const before = readFileSync(path);
    await expect(openSqliteIndexes({ path, log: silentLog })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(path)).toEqual(before);
  });

  it('answer searches while a large put is under way, which shows only when it is complete', async () => {
    await using folder = temporaryFolder();
    await withIndex(folder.file('index.db'), async (index) => {
      await index.put([source('old.md', 'roses'), source('0.md', 'old roses')]);
      let done = false;
      const large = Array.from({ length: 300 }, (_, n) => source(`${n}.md`, `roses ${'words '.repeat(500)}`));
      const put = index.put(large).then(() => {
        done = true;
      });
      const seen: number[] = [];
      while (!done) seen.push((await index.search('roses', { limit: 200 })).length);
      await put;
      expect(seen.length).toBeGreaterThan(5);
      expect(new Set(seen.slice(0, -1))).toEqual(new Set([2]));
      expect(await index.search('roses', { limit: 200 })).toHaveLength(200);
      expect((await index.sources()).size).toBe(301);
    });
  });

  it('discard what an interrupted put left behind', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('index.db');
    await withIndex(path, (index) => index.put([source('a.md', 'roses')]));
    edit(path, (db) => {
      db.exec("INSERT INTO sources (id, index_id, stage, source, version) VALUES (77, 1, 0, 'a.md', 'v2')");
      db.exec("INSERT INTO passages (id, source_id, place, title, text) VALUES (99, 77, '', '', 'tulips')");
      db.exec("INSERT INTO words_1 (rowid, title, text) VALUES (99, '', 'tulips')");
    });
    await withIndex(path, async (index) => {
      expect(await index.sources()).toEqual(new Map([['a.md', 'v1']]));
      expect(await index.search('tulips', { limit: 3 })).toEqual([]);
      await index.put([source('b.md', 'tulips')]);
      expect(await index.search('tulips', { limit: 3 })).toHaveLength(1);
    });
  });

  it('sweep away what was replaced', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('index.db');
    await withIndex(path, async (index) => {
      const many = (text: string) => Array.from({ length: 250 }, (_, n) => source(`${n}.md`, text));
      await index.put(many('roses'));
      await index.put(many('tulips'));
      // The sweep stands before this in the index's order.
      await index.sources();
    });
    edit(path, (db) => {
      expect(db.prepare('SELECT count(*) AS n FROM passages').get()).toEqual({ n: 250 });
      expect(db.prepare("SELECT count(*) AS n FROM words_1 WHERE words_1 MATCH 'roses'").get()).toEqual({
        n: 0,
      });
      db.exec("INSERT INTO words_1 (words_1) VALUES ('integrity-check')");
    });
  });
});

/** Uses the index `documents` at `path`; gives back what was logged as a warning. */
async function withIndex(path: string, use: (index: TextIndex) => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  await using indexes = await openSqliteIndexes({ path, log });
  await use(await indexes.open('documents'));
  return warnings;
}

function edit(path: string, change: (db: DatabaseSync) => void): void {
  using db = new DatabaseSync(path);
  change(db);
}

function source(name: string, text: string): SourceEntry {
  return {
    source: name,
    version: 'v1',
    passages: [{ source: name, place: 'line 1', title: 'Garden', text }],
  };
}
