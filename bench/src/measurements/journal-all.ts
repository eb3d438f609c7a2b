/**
 * Every message journaled to disk, beside bare inserts of the very rows that the run wrote: same tables and indexes,
 * groups of 100, one thread, WAL, synchronous FULL.
 *
 * The clock stops when the last row is on disk, not when the last answer came. A missing row is no figure but an error.
 */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '@kai/runtime/ports';
import { openSqliteStore } from '@kai/stores/sqlite';
import { systemClock } from 'kai';
import { collectGarbage } from '../alternate.ts';
import { inFlightTimes } from '../calls.ts';
import { atLeast, type Measurement, scaled } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import { ratios } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Twice the rows that the store lets wait for the disk, so that a journal which cannot keep up loses some and shows. */
const REQUESTS = 100_000;
/** Of the same, for the compiler's sake, before the first round. */
const WARM_UP_SHARE = 0.1;
/** A request is journaled when it is admitted and when it is answered. */
const ROWS_PER_REQUEST = 2;
const WIDTH = 64;
const BARE_GROUP = 100;
/** Rounds of a few seconds each. */
const ROUNDS_MAX = 5;

type Row = Record<string, number | string>;

export const journalAll: Measurement = {
  name: 'journal-all',
  async measure(scale) {
    const ours: number[] = [];
    const bare: number[] = [];
    await roundOf(scaled(REQUESTS * WARM_UP_SHARE, scale));
    for (let round = 0; round < Math.min(scale.rounds, ROUNDS_MAX); round += 1) {
      const [kaiRate, bareRate] = await roundOf(scaled(REQUESTS, scale));
      ours.push(kaiRate);
      bare.push(bareRate);
    }
    return [
      {
        subject: `every message journaled, ${WIDTH} in flight / bare inserts in groups of ${BARE_GROUP}`,
        unit: 'ratio',
        samples: ratios(ours, bare),
        target: atLeast(0.6),
        note: `${perSecond(ours, 'rows')} beside ${perSecond(bare, 'rows')}`,
      },
    ];
  },
};

/** A log that keeps the first error and says nothing. */
class Refusals implements Log {
  first = 'nothing';
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(fields: object, message: string): void {
    if (this.first === 'nothing') this.first = `${message} ${JSON.stringify(fields)}`;
  }
  child(): Log {
    return this;
  }
}

/** Rows a second, ours and bare. @throws Error when a row is missing. */
async function roundOf(requests: number): Promise<[kai: number, bare: number]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'kai.db');
  collectGarbage();
  const refusals = new Refusals();
  const kaiRate = await journaled(path, requests, refusals);
  const { schema, rows } = written(path);
  const wanted = requests * ROWS_PER_REQUEST;
  if (rows.length !== wanted) {
    throw new Error(
      `${wanted - rows.length} of ${wanted} rows are missing; the node's log says: ${refusals.first}`,
    );
  }
  collectGarbage();
  return [kaiRate, bareInserts(join(folder.path, 'bare.db'), schema, rows)];
}

/** Rows a second through the node, from the first request until the last row is on disk. */
async function journaled(path: string, requests: number, log: Log): Promise<number> {
  const rows = requests * ROWS_PER_REQUEST;
  await using store = await openSqliteStore({
    path,
    clock: systemClock,
    log,
    retention: { journalMax: 2 * rows },
  });
  await using node = await kai.openNode({ journal: 'all' }, { store, log });
  const callee = kai.calleeOn(node, { waiting: WIDTH });
  const began = performance.now();
  await inFlightTimes(callee, WIDTH, requests);
  // A read sees every commit that was handed over before it, so it returns when all of them are on disk.
  await store.readJournal({ limit: 1 });
  return (rows / (performance.now() - began)) * 1000;
}

/** What the run left in its file, in the order of writing. */
function written(path: string): { schema: string; rows: Row[] } {
  using db = new DatabaseSync(path, { readOnly: true });
  const schema = db
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all();
  const rows = db.prepare('SELECT at, trace, body, checksum FROM journal ORDER BY seq').all();
  return { schema: schema.map(({ sql }) => String(sql)).join(';'), rows: rows as Row[] };
}

function bareInserts(path: string, schema: string, rows: readonly Row[]): number {
  using db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; ${schema}`);
  const insert = db.prepare('INSERT INTO journal (at, trace, body, checksum) VALUES (?, ?, ?, ?)');
  const began = performance.now();
  for (let from = 0; from < rows.length; from += BARE_GROUP) {
    db.exec('BEGIN IMMEDIATE');
    for (const { at = 0, trace = '', body = '', checksum = 0 } of rows.slice(from, from + BARE_GROUP)) {
      insert.run(at, trace, body, checksum);
    }
    db.exec('COMMIT');
  }
  return (rows.length / (performance.now() - began)) * 1000;
}
