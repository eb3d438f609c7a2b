/** The file itself: its way from version to version, its rights, what other tools read in it, a bad commit in a batch. */

import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { encodeLetter } from '../src/records/dead-text.ts';
import { encodeCommit } from '../src/records/encode-commit.ts';
import { encodeEntry } from '../src/records/journal-text.ts';
import { checksumOf } from '../src/sqlite/checksum.ts';
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

  it('of the first version opens with all that it holds', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    const letter = { at: 1, id: 'id-1', code: 'EXPIRED', reason: 'late', message: '{}' } as const;
    writeFirstVersion(path, [encodeLetter(letter), 'damaged']);
    await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
    const { state, inbox, steps } = await store.loadAgent('kai://a.b.c');
    expect([state, inbox, steps]).toEqual([new Map([['k', 1]]), [], []]);
    expect(await store.readJournal({ limit: 9 })).toEqual([entry(1)]);
    expect(await store.readDead(9)).toEqual([letter]);
    expect((await store.inspect()).problems).toEqual([
      'the record 2 in table dead is damaged: its checksum does not fit',
    ]);
    await store.commit({ raised: ['id-1'] });
    expect(await store.readDead(9)).toEqual([]);
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

  it('loses settlements that are too old, a step with each batch, and none before its time', () => {
    using db = new DatabaseSync(':memory:');
    migrate(db, 'f', STORE_SCHEMA);
    const retention = { ...RETENTION_DEFAULT, settlementsAgeMs: 1_000 };
    const writer = new CommitWriter(db, 'f', new HistoryTrimmer(db, retention));
    const settle = (id: number, at: number) =>
      writer.write([
        encodeCommit({
          settled: [{ agent: 'a', from: 'b', id: `${id}`, at, outcome: 'replied', answer: '' }],
        }),
      ]);
    const kept = () => db.prepare('SELECT min(seq) AS first, count(*) AS n FROM settlements').get();
    for (let n = 1; n <= 600; n += 1) settle(n, 0);
    settle(601, 500);
    expect(kept()).toEqual({ first: 1, n: 601 });
    settle(602, 1_400);
    expect(kept()).toEqual({ first: 257, n: 602 - 256 });
    for (let n = 603; n <= 605; n += 1) settle(n, 1_400);
    expect(kept()).toEqual({ first: 601, n: 5 });
    // A clock that runs ahead for a moment takes what looks old then; what comes after it is judged rightly.
    settle(606, 9_000);
    settle(607, 1_450);
    expect(kept()).toEqual({ first: 606, n: 2 });
    settle(608, 2_600);
    expect(kept()).toEqual({ first: 606, n: 3 });
  });
});

/** A file as the first released schema had it, with dead letters of these texts. */
function writeFirstVersion(path: string, letters: readonly string[]): void {
  using db = new DatabaseSync(path);
  migrate(db, path, { ...STORE_SCHEMA, migrations: STORE_SCHEMA.migrations.slice(0, 1) });
  db.prepare("INSERT INTO state VALUES ('kai://a.b.c', 'k', '1', ?)").run(
    checksumOf('kai://a.b.c', 'k', '1'),
  );
  const body = encodeEntry(entry(1));
  db.prepare("INSERT INTO journal VALUES (1, 1, 'trace-1', ?, ?)").run(body, checksumOf(body));
  const sumOf = (text: string) => (text === 'damaged' ? 0 : checksumOf(text));
  for (const text of letters) {
    db.prepare('INSERT INTO dead (body, checksum) VALUES (?, ?)').run(text, sumOf(text));
  }
}

function tables(db: DatabaseSync): unknown[] {
  return db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);
}
