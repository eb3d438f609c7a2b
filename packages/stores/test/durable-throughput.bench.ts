/**
 * Prints what a durable commit costs: a state row, a settlement and two journal rows, the whole way through the
 * store, beside bare statements that write the same rows into the same tables in one thread, in one run. Bare is
 * the raw limit: `BEGIN … COMMIT` over groups of as many commits as there are callers, WAL, synchronous FULL.
 *
 *     node packages/stores/test/durable-throughput.bench.ts
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Commit, type JournalEntry, type Settlement, silentLog } from '@kai/runtime/ports';
import { encodeEntry } from '../src/records/journal-text.ts';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { STORE_SCHEMA } from '../src/sqlite/store-schema.ts';
import { systemClock } from './system-clock.ts';

const COMMITS = 40_000;
const COMMITS_ALONE = 400;
const CALLERS = 64;
const ROUNDS = 5;
const AGENTS = 20;

interface Rows {
  readonly agent: string;
  readonly key: string;
  readonly value: string;
  readonly settlement: Settlement;
  readonly journal: readonly [JournalEntry, JournalEntry];
}

const rows = Array.from({ length: COMMITS }, (_, n) => rowsOf(n));
const commits = rows.map(commitOf);
const store: number[] = [];
const bare: number[] = [];
const storeAlone: number[] = [];
const bareAlone: number[] = [];
let mainUs = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round += 1) {
  bare.push(await inFolder((folder) => bareGroups(folder)));
  store.push(await inFolder((folder) => manyCallers(folder)));
  bareAlone.push(await inFolder((folder) => bareOneByOne(folder)));
  storeAlone.push(await inFolder((folder) => oneCaller(folder)));
}
const best = { store: Math.min(...store), bare: Math.min(...bare) };
console.log(`bare, groups of ${CALLERS}:             ${perSecond(best.bare)}`);
console.log(`through the store, ${CALLERS} callers:  ${perSecond(best.store)}`);
console.log(`ratio to bare, best of ${ROUNDS}:       ${((best.bare / best.store) * 100).toFixed(0)} %`);
console.log(`ratio to bare, each round:     ${store.map((ms, n) => percent(bare[n] ?? 0, ms)).join(', ')}`);
console.log(`the node's thread, per commit: ${mainUs.toFixed(1)} µs (including garbage collection)`);
console.log(`one in flight, bare p50:       ${Math.min(...bareAlone).toFixed(3)} ms`);
console.log(`one in flight, store p50:      ${Math.min(...storeAlone).toFixed(3)} ms`);
console.log(
  `times bare, each round:        ${storeAlone.map((ms, n) => (ms / (bareAlone[n] ?? 0)).toFixed(2)).join(', ')}`,
);

async function manyCallers(folder: string): Promise<number> {
  await using kept = await openSqliteStore({
    path: join(folder, 'kai.db'),
    clock: systemClock,
    log: silentLog,
  });
  const began = performance.now();
  const cpu = process.threadCpuUsage();
  const waiting = commits.values();
  const call = async (): Promise<void> => {
    for (const commit of waiting) await kept.commit(commit);
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  const { user, system } = process.threadCpuUsage(cpu);
  mainUs = Math.min(mainUs, (user + system) / COMMITS);
  return performance.now() - began;
}

async function oneCaller(folder: string): Promise<number> {
  await using kept = await openSqliteStore({
    path: join(folder, 'kai.db'),
    clock: systemClock,
    log: silentLog,
  });
  const took: number[] = [];
  for (const commit of commits.slice(0, COMMITS_ALONE)) {
    const began = performance.now();
    await kept.commit(commit);
    took.push(performance.now() - began);
  }
  return median(took);
}

async function bareGroups(folder: string): Promise<number> {
  using db = openBare(folder);
  const write = bareWriter(db);
  const began = performance.now();
  for (let from = 0; from < rows.length; from += CALLERS) {
    db.exec('BEGIN IMMEDIATE');
    for (const one of rows.slice(from, from + CALLERS)) write(one);
    db.exec('COMMIT');
  }
  return performance.now() - began;
}

async function bareOneByOne(folder: string): Promise<number> {
  using db = openBare(folder);
  const write = bareWriter(db);
  const took: number[] = [];
  for (const one of rows.slice(0, COMMITS_ALONE)) {
    const began = performance.now();
    db.exec('BEGIN IMMEDIATE');
    write(one);
    db.exec('COMMIT');
    took.push(performance.now() - began);
  }
  return median(took);
}

function openBare(folder: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'bare.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384');
  db.exec(STORE_SCHEMA.migrations.join(';'));
  return db;
}

function bareWriter(db: DatabaseSync): (one: Rows) => void {
  const setState = db.prepare(
    `INSERT INTO state (agent, key, value, checksum) VALUES (?, ?, ?, 0)
     ON CONFLICT DO UPDATE SET value = excluded.value, checksum = excluded.checksum`,
  );
  const settle = db.prepare(
    `INSERT INTO settlements (agent, sender, id, at, outcome, answer, checksum) VALUES (?, ?, ?, ?, ?, ?, 0)`,
  );
  const addEntry = db.prepare('INSERT INTO journal (at, trace, body, checksum) VALUES (?, ?, ?, 0)');
  return ({ agent, key, value, settlement, journal }) => {
    setState.run(agent, key, value);
    const { from, id, at, outcome, answer } = settlement;
    settle.run(agent, from, id, at, outcome, answer);
    for (const entry of journal) addEntry.run(entry.at, entry.trace, encodeEntry(entry));
  };
}

async function inFolder(run: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kai-durable-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function perSecond(ms: number): string {
  return `${Math.round((COMMITS / ms) * 1000).toLocaleString('en')} commits/s`;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(0)} %`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function commitOf({ agent, key, value, settlement, journal }: Rows): Commit {
  return { state: [{ agent, key, value: JSON.parse(value) }], settled: [settlement], journal };
}

function rowsOf(n: number): Rows {
  const agent = `kai://alice.hub.agent-${n % AGENTS}`;
  const from = 'kai://alice.phone.kai-core';
  const at = 1_795_363_200_000 + Math.floor(n / 20);
  const id = uuid(at, n);
  const answer = JSON.stringify({ ok: true, count: n, note: 'x'.repeat(60) });
  const entry = (outcome: 'admitted' | 'replied'): JournalEntry => ({
    at,
    outcome,
    id: outcome === 'admitted' ? id : uuid(at, n + COMMITS),
    kind: outcome === 'admitted' ? 'request' : 'reply',
    from,
    to: agent,
    intent: 'notes.add',
    priority: 'normal',
    re: outcome === 'admitted' ? undefined : id,
    trace: scrambled(n),
    note: 'default',
    tookMs: outcome === 'admitted' ? 0 : (n % 7) + 0.5,
    payload: answer,
  });
  return {
    agent,
    key: `note-${n % 50}`,
    value: JSON.stringify({ text: `buy milk and bread number ${n}`, more: 'x'.repeat(100) }),
    settlement: { agent, from, id, at, outcome: 'replied', answer },
    journal: [entry('admitted'), entry('replied')],
  };
}

/** Ordered by time, as the router makes them. */
function uuid(at: number, n: number): string {
  const time = at.toString(16).padStart(12, '0');
  const rest = n.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-8def-${rest}`;
}

/** A trace id has no order. */
function scrambled(n: number): string {
  const part = (seed: number) => (Math.imul(n + 1, seed) >>> 0).toString(16).padStart(8, '0');
  return part(0x9e3779b1) + part(0x85ebca6b) + part(0xc2b2ae35) + part(0x27d4eb2f);
}
