/**
 * Durable messages through a node, each answered once what it changed is on disk, beside bare statements that write the
 * very rows that the run left: same tables and indexes, one thread, WAL, synchronous FULL.
 *
 * A row that is missing afterwards is no figure but an error.
 */

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { collectGarbage } from '../alternate.ts';
import { atLeast, atMost, type Measurement, scaled } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import { JOURNAL_ROWS, openDurableNode, tellAll } from '../sides/durable-node.ts';
import { quantile, ratios, spreadOf } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MESSAGES = 60_000;
/** One in flight: each waits for the disk, so there are fewer. */
const MESSAGES_ALONE = 2_000;
/** Of the same, for the compiler's sake, before the first round. */
const WARM_UP_SHARE = 0.2;
const WIDTH = 64;
/** Rounds of some seconds each. */
const ROUNDS_MAX = 5;

type Row = Record<string, number | string>;

/** What one message leaves on disk. */
interface Written {
  readonly state: Row;
  readonly journal: readonly Row[];
}

interface Round {
  readonly rate: number;
  readonly bareRate: number;
  /** Median milliseconds of one message when none is beside it. */
  readonly aloneMs: number;
  readonly bareAloneMs: number;
}

export const durable: Measurement = {
  name: 'durable',
  async measure(scale) {
    const rounds: Round[] = [];
    await roundOf(scaled(MESSAGES * WARM_UP_SHARE, scale), scaled(MESSAGES_ALONE * WARM_UP_SHARE, scale));
    for (let round = 0; round < Math.min(scale.rounds, ROUNDS_MAX); round += 1) {
      rounds.push(await roundOf(scaled(MESSAGES, scale), scaled(MESSAGES_ALONE, scale)));
    }
    const rate = rounds.map((round) => round.rate);
    const bareRate = rounds.map((round) => round.bareRate);
    const aloneMs = rounds.map((round) => round.aloneMs);
    const bareAloneMs = rounds.map((round) => round.bareAloneMs);
    return [
      {
        subject: `durable messages, ${WIDTH} in flight / bare writes of the same rows in groups of ${WIDTH}`,
        unit: 'ratio',
        samples: ratios(rate, bareRate),
        target: atLeast(0.6),
        note: `${perSecond(rate, 'messages')} beside ${perSecond(bareRate)}`,
      },
      {
        subject: `durable messages, ${WIDTH} in flight`,
        unit: 'per-second',
        samples: rate,
        target: atLeast(20_000),
        note: 'a value and two journal rows each',
      },
      {
        subject: 'one durable message in flight / a bare synced write of the same rows, time',
        unit: 'ratio',
        samples: ratios(aloneMs, bareAloneMs),
        target: atMost(2),
        note: `${microseconds(aloneMs)} beside ${microseconds(bareAloneMs)}, p50`,
      },
    ];
  },
};

async function roundOf(messages: number, alone: number): Promise<Round> {
  await using folder = await temporaryFolder();
  collectGarbage();
  const { rate, aloneMs } = await kaiSide(folder.path, messages, alone);
  const { schema, written } = readBack(join(folder.path, 'kai.db'), messages + alone);
  collectGarbage();
  using bare = openBare(join(folder.path, 'bare.db'), schema);
  const bareRate = bareGroups(bare, written.slice(0, messages));
  return { rate, aloneMs, bareRate, bareAloneMs: bareOneByOne(bare, written.slice(messages)) };
}

async function kaiSide(
  folder: string,
  messages: number,
  alone: number,
): Promise<Pick<Round, 'rate' | 'aloneMs'>> {
  await using node = await openDurableNode(folder, messages + alone);
  const began = performance.now();
  await tellAll(node, messages, WIDTH);
  const rate = (messages / (performance.now() - began)) * 1000;
  const took: number[] = [];
  for (let n = 0; n < alone; n += 1) {
    const asked = performance.now();
    await node.tell(n);
    took.push(performance.now() - asked);
  }
  return { rate, aloneMs: quantile(took, 0.5) };
}

/** What the run left in its file, a message at a time. @throws Error when a row is missing. */
function readBack(path: string, messages: number): { schema: string; written: Written[] } {
  using db = new DatabaseSync(path, { readOnly: true });
  const schema = db
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all();
  const journal = db.prepare('SELECT at, trace, body, checksum FROM journal ORDER BY seq').all() as Row[];
  const state = db.prepare('SELECT agent, key, value, checksum FROM state').all() as Row[];
  const missing = messages * JOURNAL_ROWS - journal.length;
  if (missing !== 0 || state.length === 0) throw new Error(`${missing} rows of the journal are missing`);
  const written = Array.from({ length: messages }, (_, n) => ({
    state: state[n % state.length] as Row,
    journal: journal.slice(n * JOURNAL_ROWS, (n + 1) * JOURNAL_ROWS),
  }));
  return { schema: schema.map(({ sql }) => String(sql)).join(';'), written };
}

interface Bare extends Disposable {
  readonly db: DatabaseSync;
  readonly setState: StatementSync;
  readonly addEntry: StatementSync;
}

function openBare(path: string, schema: string): Bare {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; ${schema}`);
  return {
    db,
    setState: db.prepare('INSERT OR REPLACE INTO state (agent, key, value, checksum) VALUES (?, ?, ?, ?)'),
    addEntry: db.prepare('INSERT INTO journal (at, trace, body, checksum) VALUES (?, ?, ?, ?)'),
    [Symbol.dispose]: () => db.close(),
  };
}

/** Messages a second. */
function bareGroups(bare: Bare, written: readonly Written[]): number {
  const began = performance.now();
  for (let from = 0; from < written.length; from += WIDTH) write(bare, written.slice(from, from + WIDTH));
  return (written.length / (performance.now() - began)) * 1000;
}

/** Median milliseconds of one. */
function bareOneByOne(bare: Bare, written: readonly Written[]): number {
  const took = written.map((one) => {
    const began = performance.now();
    write(bare, [one]);
    return performance.now() - began;
  });
  return quantile(took, 0.5);
}

function write({ db, setState, addEntry }: Bare, group: readonly Written[]): void {
  db.exec('BEGIN IMMEDIATE');
  for (const { state, journal } of group) {
    const { agent = '', key = '', value = '' } = state;
    setState.run(agent, key, value, state.checksum ?? 0);
    for (const { at = 0, trace = '', body = '', checksum = 0 } of journal) {
      addEntry.run(at, trace, body, checksum);
    }
  }
  db.exec('COMMIT');
}

function microseconds(ms: readonly number[]): string {
  return `${Math.round(spreadOf(ms).median * 1000)} µs`;
}
