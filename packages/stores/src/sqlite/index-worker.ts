/**
 * The thread that owns the text index file. Everything in it is synchronous and short: a large put arrives as many
 * small parts, between which searches get their turn.
 *
 * Damage, whenever it shows, sets the file aside and begins an empty one: the call that met it is refused with
 * `UNAVAILABLE`, and the owner sees from `versions` that everything has to be indexed again.
 */

import type { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import type { Hit } from '@kai/runtime/ports';
import { saysDamaged } from './disk-error.ts';
import { ftsQuery } from './fts-query.ts';
import { INDEX_SCHEMA, wordsTable } from './index-schema.ts';
import { IndexSearcher } from './index-searcher.ts';
import { IndexWriter, type SourcePart } from './index-writer.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { Refused } from './refused.ts';
import { setAside } from './set-aside.ts';
import { answerCalls, warn } from './worker-answer.ts';

interface OpenIndex {
  readonly writer: IndexWriter;
  readonly searcher: IndexSearcher;
}

const path = String(workerData);
const indexes = new Map<string, OpenIndex>();
let file: OpenDatabase | undefined;

function open(): void {
  try {
    file = openDatabase({ path, schema: INDEX_SCHEMA, synchronous: 'NORMAL' });
  } catch (error) {
    if (!(error instanceof Error) || !saysDamaged(error.cause)) throw error;
    beginAnew();
  }
}

function beginAnew(): void {
  indexes.clear();
  file?.close();
  const aside = setAside(path);
  warn(`the text index ${path} was damaged; it was set aside as ${aside} and is built anew`);
  file = openDatabase({ path, schema: INDEX_SCHEMA, synchronous: 'NORMAL' });
}

/** Runs `work` on the index of that name, which is made when there is none. */
function on<T>(name: string, work: (index: OpenIndex) => T): T {
  if (file === undefined) throw new Refused('UNAVAILABLE', `${path} is not open`);
  try {
    const index = indexes.get(name) ?? openIndex(file.db, name);
    indexes.set(name, index);
    return work(index);
  } catch (error) {
    if (!saysDamaged(error)) throw error;
    beginAnew();
    throw new Refused('UNAVAILABLE', `${path} was damaged and is built anew: index the sources again`);
  }
}

function openIndex(db: DatabaseSync, name: string): OpenIndex {
  db.prepare('INSERT OR IGNORE INTO indexes (name) VALUES (?)').run(name);
  const id = Number(db.prepare('SELECT id FROM indexes WHERE name = ?').get(name)?.id);
  db.exec(wordsTable(id));
  return { writer: new IndexWriter(db, id), searcher: new IndexSearcher(db, id) };
}

const calls = {
  open,
  discard: (name: string): void => on(name, ({ writer }) => writer.discard()),
  stage: (name: string, parts: readonly SourcePart[]): void => on(name, ({ writer }) => writer.stage(parts)),
  publish: (name: string): void => on(name, ({ writer }) => writer.publish()),
  remove: (name: string, sources: readonly string[]): void =>
    on(name, ({ writer }) => writer.remove(sources)),
  sweep: (name: string): boolean => on(name, ({ writer }) => writer.sweep()),
  versions: (name: string): [string, string][] => on(name, ({ searcher }) => searcher.versions()),
  search: (name: string, text: string, limit: number, prefix: string): Hit[] =>
    on(name, ({ searcher }) => {
      const query = ftsQuery(text);
      return query === undefined || limit === 0 ? [] : searcher.search(query, limit, prefix);
    }),
  close: (): void => {
    indexes.clear();
    file?.close();
    file = undefined;
  },
};

/** What text indexes ask their thread. */
export type IndexCalls = typeof calls;

answerCalls(path, calls);
