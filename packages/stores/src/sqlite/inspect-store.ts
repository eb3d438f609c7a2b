/**
 * Counts and checks everything in a store: SQLite's own structure check, and the checksum of each record. Reads
 * the whole file. Damage is reported, never mended.
 */

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreReport } from '@kai/runtime/ports';
import { checksumOf } from './checksum.ts';
import { diskError } from './disk-error.ts';
import { damaged } from './record-reader.ts';

/** Problems that are told one by one; the rest are counted. */
const PROBLEMS_MAX = 50;

type Row = Record<string, unknown>;

interface Check {
  readonly rows: string;
  readonly sound: (row: Row) => boolean;
}

const CHECKS = {
  meta: {
    rows: 'SELECT name AS key, name, value, checksum FROM meta',
    sound: (row) => checksumOf(String(row.name), String(row.value)) === row.checksum,
  },
  state: {
    rows: "SELECT agent || ' ' || key AS key, agent, key AS name, value AS body, checksum FROM state",
    sound: (row) => sumOf(row, 'agent', 'name', 'body') === row.checksum,
  },
  timers: {
    rows: "SELECT agent || ' ' || name AS key, agent, name, body, checksum FROM timers",
    sound: (row) => sumOf(row, 'agent', 'name', 'body') === row.checksum,
  },
  journal: {
    rows: 'SELECT seq AS key, at, trace, body, checksum FROM journal',
    sound: (row) => checksumOf(String(row.body)) === row.checksum && isFiledRight(row),
  },
  dead: {
    rows: 'SELECT seq AS key, id, body, checksum FROM dead',
    sound: (row) => checksumOf(String(row.body)) === row.checksum && fieldsOf(row)[1] === row.id,
  },
  inbox: {
    rows: "SELECT agent || ' ' || sender || ' ' || id AS key, agent, sender, id, message, checksum FROM inbox",
    sound: (row) => sumOf(row, 'agent', 'sender', 'id', 'message') === row.checksum,
  },
  settlements: {
    rows: `SELECT agent || ' ' || sender || ' ' || id AS key, agent, sender, id, at, outcome, answer, checksum
           FROM settlements`,
    sound: (row) => sumOf(row, 'agent', 'sender', 'id', 'at', 'outcome', 'answer') === row.checksum,
  },
  steps: {
    rows: `SELECT agent || ' ' || message || ' ' || position AS key, agent, message, position, name, digest, result,
           checksum FROM steps`,
    sound: (row) => sumOf(row, 'agent', 'message', 'position', 'name', 'digest', 'result') === row.checksum,
  },
} as const satisfies Record<string, Check>;

type Table = keyof typeof CHECKS;

export function inspectStore(db: DatabaseSync, path: string): StoreReport {
  const problems: string[] = [];
  attempt(path, problems, () => checkStructure(db, problems));
  const count = (table: Table): number => {
    let rows = 0;
    attempt(path, problems, () => {
      for (const row of db.prepare(CHECKS[table].rows).iterate()) {
        rows += 1;
        if (!CHECKS[table].sound(row)) problems.push(damaged(table, String(row.key)).message);
      }
    });
    return rows;
  };
  count('meta');
  count('steps');
  const counts = {
    state: count('state'),
    timers: count('timers'),
    journal: count('journal'),
    dead: count('dead'),
    inbox: count('inbox'),
    settlements: count('settlements'),
  };
  return { ...counts, bytes: bytesOf(path), problems: shortened(problems) };
}

function checkStructure(db: DatabaseSync, problems: string[]): void {
  for (const row of db.prepare(`PRAGMA quick_check(${PROBLEMS_MAX})`).iterate()) {
    const line = String(Object.values(row)[0]);
    if (line !== 'ok') problems.push(line);
  }
}

/** A check that cannot go on because of the damage it meets has found a problem, not failed. */
function attempt(path: string, problems: string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    problems.push(diskError(path, error).message);
  }
}

function sumOf(row: Row, ...columns: readonly string[]): number {
  return checksumOf(...columns.map((column) => String(row[column])));
}

function isFiledRight(row: Row): boolean {
  const fields = fieldsOf(row);
  return fields[0] === row.at && fields[9] === row.trace;
}

function fieldsOf(row: Row): unknown[] {
  const fields: unknown = JSON.parse(String(row.body));
  return Array.isArray(fields) ? fields : [];
}

function shortened(problems: readonly string[]): string[] {
  const told = [...new Set(problems)];
  if (told.length <= PROBLEMS_MAX) return told;
  return [...told.slice(0, PROBLEMS_MAX), `and ${told.length - PROBLEMS_MAX} more`];
}

function bytesOf(path: string): number {
  const sizes = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
