/** A disk that refuses and files that are not what they should be: one clear refusal each, and nothing touched. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Store, silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStoreOptions } from '../src/sqlite/index.ts';
import { entry } from './journal-entry.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AGENT = 'kai://alice.hub.notes';
const SENDER = 'kai://alice.phone';
const AS_NOBODY = fileURLToPath(new URL('./open-as-nobody.ts', import.meta.url));
const NOBODY = 65_534;

describe('a file that cannot be used is refused and left alone', () => {
  it('is no database at all', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    const text = 'Dear diary, this is not a database. '.repeat(200);
    writeFileSync(path, text);
    await expect(open(path)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${path} is not a database of kAI: kAI left it as it is; move it away or name another path`,
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it("is another program's database", async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    edit(path, (db) => db.exec('CREATE TABLE photos (name TEXT)'));
    const before = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`${path} is a database of another program`),
    });
    expect(readFileSync(path)).toEqual(before);
  });

  it('was written by a newer kAI', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec('PRAGMA user_version = 99'));
    await expect(open(path)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/kai\.db was written by a newer kAI \(format 99; .*update kAI/),
    });
    edit(path, (db) => expect(db.prepare('SELECT count(*) AS n FROM state').get()).toEqual({ n: 3 }));
  });

  it('has damaged pages', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    const bytes = readFileSync(path);
    const damagedBytes = Buffer.from(bytes);
    damagedBytes.fill(0xa5, 4_096);
    writeFileSync(path, damagedBytes);
    await expect(loadFrom(path)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${path} is damaged: kAI left it as it is; restore a backup, or move it away to begin anew`,
    });
    expect(readFileSync(path)).toEqual(damagedBytes);
  });

  it('stands where a folder cannot be made', async () => {
    await using folder = temporaryFolder();
    writeFileSync(folder.file('file'), '');
    await expect(open(folder.file('file/kai.db'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/kai\.db cannot be opened \((EEXIST|ENOTDIR)\): make sure/),
    });
  });

  it('stands in a folder where this user may not write', async () => {
    await using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    mkdirSync(folder.file('closed'), { mode: 0o555 });
    expect(openUnprivileged(folder.file('closed/kai.db'))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('make sure that its folder exists and that this user may write there'),
    });
  });

  it('is read-only', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    chmodSync(folder.path, 0o777);
    chmodSync(path, 0o444);
    chmodSync(`${path}.lock`, 0o666);
    expect(openUnprivileged(path)).toMatchObject({
      code: 'UNAVAILABLE',
      message: `${path} is read-only: make the file and its folder writable for this user`,
    });
  });

  it('is not opened for somebody who has given up', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await expect(open(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await using store = await open(path);
    expect(await store.incarnate()).toBe(1);
  });
});

describe('a full disk', () => {
  it('refuses a commit whole and keeps what was there', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await using store = await open(path, { bytesMax: 200_000 });
    await store.commit({ state: [{ agent: AGENT, key: 'small', value: 1 }] });
    const small = store.commit({ state: [{ agent: AGENT, key: 'mate', value: 2 }] });
    const large = store.commit({
      state: [
        { agent: AGENT, key: 'first', value: 1 },
        { agent: AGENT, key: 'large', value: 'x'.repeat(400_000) },
      ],
    });
    await expect(large).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `${path} cannot grow because the disk is full: free some space; nothing of this write has happened`,
    });
    await small;
    await store.commit({ state: [{ agent: AGENT, key: 'after', value: 3 }] });
    expect([...(await store.loadAgent(AGENT)).state.keys()].sort()).toEqual(['after', 'mate', 'small']);
    expect((await store.inspect()).problems).toEqual([]);
  });
});

describe('a flipped bit', () => {
  it.each([
    ['inbox', "UPDATE inbox SET message = replace(message, 'hello', 'hallo')", `${AGENT} ${SENDER} in`],
    ['inbox', "UPDATE inbox SET sender = replace(sender, 'phone', 'phony')", `${AGENT} kai://alice.phony in`],
    ['steps', "UPDATE steps SET result = '2'", `${AGENT} in 0`],
    ['steps', 'UPDATE steps SET position = 1', `${AGENT} in 1`],
  ])('in the %s is never served, but named (%s)', async (table, damage, key) => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec(damage));
    await using store = await open(path);
    const message = `the record ${key} in table ${table} is damaged: its checksum does not fit`;
    await expect(store.loadAgent(AGENT)).rejects.toMatchObject({ code: 'INTERNAL', message });
    expect((await store.inspect()).problems).toEqual([message]);
    expect((await store.loadAgent('kai://alice.hub.other')).state).toEqual(new Map([['c', 3]]));
  });

  it.each([
    "UPDATE settlements SET answer = replace(answer, 'yes', 'yep')",
    "UPDATE settlements SET outcome = 'failed'",
    'UPDATE settlements SET at = 10',
  ])('in a settlement is never served, but named (%s)', async (damage) => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec(damage));
    await using store = await open(path);
    const message = `the record ${AGENT} ${SENDER} out in table settlements is damaged: its checksum does not fit`;
    await expect(store.findSettlement(AGENT, SENDER, 'out')).rejects.toMatchObject({
      code: 'INTERNAL',
      message,
    });
    expect((await store.inspect()).problems).toEqual([message]);
  });

  it('in state is never served, but named', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec(`UPDATE state SET value = '"tWo' || char(34) WHERE key = 'b'`));
    await using store = await open(path);
    const sentence = `the record ${AGENT} b in table state is damaged: its checksum does not fit`;
    await expect(store.loadAgent(AGENT)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(sentence),
    });
    expect((await store.inspect()).problems).toEqual([sentence]);
    expect((await store.loadAgent('kai://alice.hub.other')).state).toEqual(new Map([['c', 3]]));
  });

  it.each([
    ['timers', "UPDATE timers SET body = replace(body, '7', '8')", `${AGENT} wake`],
    ['journal', "UPDATE journal SET body = replace(body, 'notes', 'votes') WHERE seq = 2", '2'],
    ['journal', 'UPDATE journal SET at = at + 1 WHERE seq = 2', '2'],
    ['dead', "UPDATE dead SET id = 'id-2'", '1'],
    ['dead', "UPDATE dead SET body = replace(body, 'late', 'lute')", '1'],
    ['meta', "UPDATE meta SET value = value + 1 WHERE name = 'incarnation'", 'incarnation'],
  ])('in %s is found by an inspection (%s)', async (table, damage, key) => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec(damage));
    await using store = await open(path);
    expect((await store.inspect()).problems).toEqual([
      `the record ${key} in table ${table} is damaged: its checksum does not fit`,
    ]);
  });

  it('in history leaves out that line and says so in the log', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    await filled(path);
    edit(path, (db) => db.exec("UPDATE journal SET body = replace(body, 'notes', 'votes') WHERE seq = 2"));
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
    await using store = await open(path, { log });
    expect((await store.readJournal({ limit: 9 })).map(({ at }) => at)).toEqual([3, 1]);
    expect(warnings).toEqual(['the record 2 in table journal is damaged: its checksum does not fit']);
  });
});

function open(path: string, options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  return openSqliteStore({ path, clock: systemClock, log: silentLog, ...options });
}

async function loadFrom(path: string): Promise<void> {
  await using store = await open(path);
  await store.loadAgent(AGENT);
}

async function filled(path: string): Promise<void> {
  await using store = await open(path);
  await store.incarnate();
  await store.commit({
    state: [
      { agent: AGENT, key: 'a', value: 'x'.repeat(20_000) },
      { agent: AGENT, key: 'b', value: 'two' },
      { agent: 'kai://alice.hub.other', key: 'c', value: 3 },
    ],
    timers: [{ agent: AGENT, name: 'wake', due: 7, intent: 'wake', payload: 7 }],
    journal: [entry(1), entry(2), entry(3)],
    dead: [{ at: 1, id: 'id-1', code: 'EXPIRED', reason: 'late', message: '{}' }],
    accepted: [{ agent: AGENT, from: SENDER, id: 'in', message: '"hello"' }],
    steps: [{ agent: AGENT, message: 'in', position: 0, name: 'first', digest: '', result: '1' }],
    settled: [{ agent: AGENT, from: SENDER, id: 'out', at: 9, outcome: 'replied', answer: '"yes"' }],
  });
}

function edit(path: string, change: (db: DatabaseSync) => void): void {
  using db = new DatabaseSync(path);
  change(db);
}

function openUnprivileged(path: string): unknown {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  return JSON.parse(execFileSync(process.execPath, [AS_NOBODY, path], { encoding: 'utf8', ...user }));
}
