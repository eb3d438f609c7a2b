/**
 * Prints what journaling costs: the whole way through the store beside bare inserts of the same rows in groups of
 * 100 into the same tables, in one run, and what one entry takes of the node's thread.
 *
 *     node packages/stores/test/journal-throughput.bench.ts
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type JournalEntry, silentLog } from '@kai/runtime/ports';
import { encodeEntry } from '../src/records/journal-text.ts';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { STORE_SCHEMA } from '../src/sqlite/store-schema.ts';
import { systemClock } from './system-clock.ts';

const ENTRIES = 60_000;
const ROUNDS = 5;
const BARE_GROUP = 100;
/** Commits between two turns of the event loop, as a busy node makes them. */
const TURN = 200;

const entries = Array.from({ length: ENTRIES }, (_, n) => entry(n));
const best = {
  store: Number.POSITIVE_INFINITY,
  bare: Number.POSITIVE_INFINITY,
  wide: Number.POSITIVE_INFINITY,
};
let mainUs = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round += 1) {
  best.bare = Math.min(best.bare, await inFolder(bareInserts));
  best.wide = Math.min(best.wide, await inFolder(wideInserts));
  best.store = Math.min(best.store, await inFolder(throughStore));
}
const perSecond = (ms: number) => `${Math.round((ENTRIES / ms) * 1000).toLocaleString('en')} entries/s`;
console.log(`bare inserts, groups of ${BARE_GROUP}:        ${perSecond(best.bare)}`);
console.log(`bare inserts, a column a field:    ${perSecond(best.wide)}`);
console.log(`through the store:                 ${perSecond(best.store)}`);
console.log(`ratio to bare:                     ${((best.bare / best.store) * 100).toFixed(0)} %`);
console.log(`ratio to bare, a column a field:   ${((best.wide / best.store) * 100).toFixed(0)} %`);
console.log(`the node's thread, per entry:      ${mainUs.toFixed(2)} µs (including garbage collection)`);

async function throughStore(folder: string): Promise<number> {
  await using store = await openSqliteStore({
    path: join(folder, 'kai.db'),
    clock: systemClock,
    log: silentLog,
  });
  const began = performance.now();
  const cpu = process.threadCpuUsage();
  let last: Promise<void> | undefined;
  for (const [n, one] of entries.entries()) {
    last = store.commit({ journal: [one] });
    if (n % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await last;
  const { user, system } = process.threadCpuUsage(cpu);
  mainUs = Math.min(mainUs, (user + system) / ENTRIES);
  return performance.now() - began;
}

async function bareInserts(folder: string): Promise<number> {
  const rows = entries.map((one) => ({ at: one.at, trace: one.trace, body: encodeEntry(one) }));
  using db = openBare(folder, STORE_SCHEMA.migrations.join(';'));
  const insert = db.prepare('INSERT INTO journal (at, trace, body, checksum) VALUES (?, ?, ?, 0)');
  return inGroups(db, rows, ({ at, trace, body }) => insert.run(at, trace, body));
}

async function wideInserts(folder: string): Promise<number> {
  using db = openBare(
    folder,
    `CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, outcome, id, kind, "from", "to", intent, priority, re,
       trace, note, took, payload);
     CREATE INDEX by_time ON journal (at); CREATE INDEX by_trace ON journal (trace);`,
  );
  const insert =
    db.prepare(`INSERT INTO journal (at, outcome, id, kind, "from", "to", intent, priority, re, trace,
    note, took, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return inGroups(db, entries, (e) => {
    insert.run(
      e.at,
      e.outcome,
      e.id,
      e.kind,
      e.from,
      e.to,
      e.intent,
      e.priority,
      e.re ?? null,
      e.trace,
      e.note,
      e.tookMs,
      e.payload,
    );
  });
}

function openBare(folder: string, schema: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'bare.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; ${schema}`);
  return db;
}

function inGroups<T>(db: DatabaseSync, rows: readonly T[], insert: (row: T) => void): number {
  const began = performance.now();
  for (let from = 0; from < rows.length; from += BARE_GROUP) {
    db.exec('BEGIN IMMEDIATE');
    for (const row of rows.slice(from, from + BARE_GROUP)) insert(row);
    db.exec('COMMIT');
  }
  return performance.now() - began;
}

async function inFolder(run: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kai-journal-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function entry(n: number): JournalEntry {
  const digits = n.toString(16).padStart(8, '0');
  return {
    at: 1_795_363_200_000 + n,
    outcome: n % 2 === 0 ? 'admitted' : 'replied',
    id: `019a${digits.slice(0, 4)}-${digits.slice(4)}-7abc-8def-0123456789ab`,
    kind: n % 2 === 0 ? 'request' : 'reply',
    from: 'kai://alice.hub.kai-core',
    to: 'kai://alice.hub.notes',
    intent: 'notes.add',
    priority: 'normal',
    re: n % 2 === 0 ? undefined : `019a${digits.slice(0, 4)}-0000-7abc-8def-0123456789ab`,
    trace: `019a${digits}7abc8def0123456789ab`,
    note: 'default',
    tookMs: (n % 7) + 0.5,
    payload: JSON.stringify({
      text: `buy milk and bread number ${n}`,
      session: 'main',
      more: 'x'.repeat(100),
    }),
  };
}
