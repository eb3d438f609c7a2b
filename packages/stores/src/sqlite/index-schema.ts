/**
 * The tables of the text index file. Passages of all indexes stand in one table; each index has a full-text table
 * of its own (`words_<id>`, made when it is first opened), so that what is rare in one is not judged by another.
 *
 * A source is staged while its passages arrive, then live, then dead until its passages are swept away. A search
 * shows live ones only: so a large put becomes visible at once although it is written in many small transactions.
 */

import type { Schema } from './migrate.ts';

export const STAGED = 0;
export const LIVE = 1;
export const DEAD = 2;

const FIRST = `
  CREATE TABLE indexes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE sources (
    id INTEGER PRIMARY KEY, index_id INTEGER NOT NULL, stage INTEGER NOT NULL, source TEXT NOT NULL,
    version TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sources_by_stage ON sources (index_id, stage, source);

  CREATE TABLE passages (
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, place TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX passages_by_source ON passages (source_id);
`;

export const INDEX_SCHEMA: Schema = {
  /** `kAIi` in ASCII. */
  applicationId: 0x6b414969,
  migrations: [FIRST],
};

/**
 * The full-text table of one index. Without content of its own: the words only. Porter's stems let `reminder` find
 * `reminders`; accents do not count.
 */
export function wordsTable(id: number): string {
  return `CREATE VIRTUAL TABLE IF NOT EXISTS words_${id} USING fts5 (
    title, text, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
  )`;
}
