/** The file itself: its way from version to version, its rights, what other tools read in it, a bad commit in a batch. */

import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { encodeCommit } from '../src/records/encode-commit.ts';
import { CommitWriter } from '../src/sqlite/commit-writer.ts';
import { HistoryTrimmer } from '../src/sqlite/history-trimmer.ts';
import { openSqliteStore, RETENTION_DEFAULT } from '../src/sqlite/index.ts';
import { migrate } from '../src/sqlite/migrate.ts';
import { STORE_SCHEMA } from '../src/sqlite/store-schema.ts';
import { entry } from './journal-entry.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HAS_CLI = spawnSync('sqlite3', ['--version']).error === undefined;

describe('a store file', () => {
  it('moves through the migrations that it lacks, all or none', () => {
    using db = new DatabaseSync(':memory:');
    const first = { applicationId: 7, migrations: ['CREATE TABLE a (x)'] };
    migrate(db, 'f', first);
    migrate(db, 'f', {
      ...first,
      migrations: [...first.migrations, 'CREATE TABLE b (x)', 'CREATE TABLE c (x)'],
    });
    expect(tables(db)).toEqual(['a', 'b', 'c']);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    const broken = ['', '', '', 'CREATE TABLE d (x)', 'CREATE TABLE nonsense'];
    expect(() => migrate(db, 'f', { applicationId: 7, migrations: broken })).toThrow();
    db.exec('ROLLBACK');
    expect(tables(db)).toEqual(['a', 'b', 'c']);
  });

  it('is readable by its user only', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
    await store.incarnate();
    const modes = [path, `${path}-wal`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it.skipIf(!HAS_CLI && process.env.CI === undefined)(
    "is read by SQLite's own command line while the store is open (needs sqlite3: apt install sqlite3)",
    async () => {
      await using folder = temporaryFolder();
      const path = folder.file('kai.db');
      await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
      await store.commit({
        state: [{ agent: 'kai://a.b.c', key: 'k', value: { x: 1 } }],
        journal: [entry(1), entry(2)],
        dead: [{ at: 1, id: 'id-1', code: 'EXPIRED', reason: 'late', message: '{}' }],
      });
      const ask = (sql: string) => execFileSync('sqlite3', [path, sql], { encoding: 'utf8' }).trim();
      expect(ask('SELECT agent, key, value FROM state')).toBe('kai://a.b.c|k|{"x":1}');
      expect(ask('SELECT at, intent, payload FROM journal_entries ORDER BY at')).toBe(
        '1|notes.add|{"n":1}\n2|notes.add|{"n":2}',
      );
      expect(ask('SELECT code, reason FROM dead_letters')).toBe('EXPIRED|late');
      expect(ask('PRAGMA integrity_check')).toBe('ok');
    },
  );

  it('takes the mates of a commit that cannot be written', () => {
    using db = new DatabaseSync(':memory:');
    migrate(db, 'f', STORE_SCHEMA);
    db.exec(`CREATE TRIGGER bad BEFORE INSERT ON state WHEN new.key = 'bad'
             BEGIN SELECT raise(ROLLBACK, 'no'); END`);
    const writer = new CommitWriter(db, 'f', new HistoryTrimmer(db, RETENTION_DEFAULT));
    const commits = ['a', 'bad', 'c'].map((key) =>
      encodeCommit({ journal: [entry(1)], state: [{ agent: 'x', key, value: 1 }] }),
    );
    expect(writer.write(commits)).toEqual([{ place: 1, refusal: { code: 'INTERNAL', message: 'f: no' } }]);
    expect(db.prepare('SELECT key FROM state').all()).toEqual([{ key: 'a' }, { key: 'c' }]);
    expect(db.prepare('SELECT count(*) AS n FROM journal').get()).toEqual({ n: 2 });
  });

  it('loses entries that are older than the retention, a step with each batch', () => {
    using db = new DatabaseSync(':memory:');
    migrate(db, 'f', STORE_SCHEMA);
    const retention = { ...RETENTION_DEFAULT, journalAgeMs: 1_000 };
    const writer = new CommitWriter(db, 'f', new HistoryTrimmer(db, retention));
    const old = Array.from({ length: 600 }, (_, n) => entry(n));
    const count = () => Number(db.prepare('SELECT count(*) AS n FROM journal').get()?.n);
    writer.write([encodeCommit({ journal: old })]);
    expect(count()).toBe(600);
    writer.write([encodeCommit({ journal: [entry(5_000)] })]);
    expect(count()).toBe(601 - 256);
    for (let n = 1; n <= 3; n += 1) writer.write([encodeCommit({ journal: [entry(5_000 + n)] })]);
    expect(count()).toBe(4);
  });
});

function tables(db: DatabaseSync): unknown[] {
  return db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);
}
