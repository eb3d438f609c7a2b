/** Store and text index on `node:sqlite`: what a node keeps on its disk. */

export { RETENTION_DEFAULT, type Retention } from '../records/retention.ts';
export { CHARS_WAITING_MAX, COMMITS_WAITING_MAX, JOURNAL_DELAY_MS } from './commit-queue.ts';
export { openSqliteIndexes, type SqliteIndexesOptions } from './sqlite-indexes.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
