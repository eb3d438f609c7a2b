/**
 * Reads the journal, newest first. A search for text walks the journal in slices of a bounded number of rows, one
 * call each, so that writes get their turn in between; a whole trace id is found by its index.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { JournalMark } from '@kai/runtime/ports';
import { decodeEntry, entryHolds, hasMark } from '../records/journal-text.ts';
import { checksumOf } from './checksum.ts';
import { damaged } from './record-reader.ts';
import { warn } from './worker-answer.ts';

/** Rows that one slice looks at: about 5 ms. */
const SLICE_ROWS = 4_000;

/** Where a slice begins: strictly older than this. */
export interface JournalPlace {
  readonly at: number;
  readonly seq: number;
}

export interface JournalSlice {
  /** Texts of entries, newest first. */
  readonly entries: readonly string[];
  /** Where the next slice begins; undefined at the end of the journal. */
  readonly next: JournalPlace | undefined;
}

export class JournalReader {
  readonly #slice: StatementSync;
  readonly #sliceEnd: StatementSync;
  readonly #sameTime: StatementSync;
  readonly #traceKnown: StatementSync;
  readonly #trace: StatementSync;

  constructor(db: DatabaseSync) {
    const older = 'WHERE (at, seq) < (?, ?) ORDER BY at DESC, seq DESC';
    this.#slice = db.prepare(
      `SELECT seq, body, checksum
       FROM (SELECT seq, at, body, checksum FROM journal ${older} LIMIT ${SLICE_ROWS})
       WHERE instr(body, ?) > 0 ORDER BY at DESC, seq DESC`,
    );
    this.#sliceEnd = db.prepare(`SELECT at, seq FROM journal ${older} LIMIT 1 OFFSET ${SLICE_ROWS - 1}`);
    this.#sameTime = db.prepare('SELECT seq, body, checksum FROM journal WHERE at = ? ORDER BY seq');
    this.#traceKnown = db.prepare('SELECT 1 FROM journal WHERE trace = ? LIMIT 1');
    this.#trace = db.prepare(
      `SELECT seq, body, checksum FROM journal WHERE trace = ? AND (at, seq) < (?, ?)
       ORDER BY at DESC, seq DESC`,
    );
  }

  /** The marked entry's place: the oldest of its kind, so that paging goes on. Before its time when it is gone. */
  placeOf(mark: JournalMark): JournalPlace {
    for (const row of this.#sameTime.iterate(mark.at)) {
      const body = soundBody(row);
      if (body !== undefined && hasMark(decodeEntry(body), mark))
        return { at: mark.at, seq: Number(row.seq) };
    }
    return { at: mark.at, seq: Number.MIN_SAFE_INTEGER };
  }

  /** Entries of the slice that hold `text`, at most `limit`. */
  slice(text: string, from: JournalPlace, limit: number): JournalSlice {
    // In a record's JSON the text stands as JSON writes it; what the payload holds is sorted out afterwards.
    const written = JSON.stringify(text).slice(1, -1);
    const entries: string[] = [];
    if (limit > 0) {
      for (const row of this.#slice.iterate(from.at, from.seq, written)) {
        const body = soundBody(row);
        if (body === undefined || !entryHolds(decodeEntry(body), text)) continue;
        entries.push(body);
        if (entries.length === limit) return { entries, next: undefined };
      }
    }
    return { entries, next: limit > 0 ? this.#endOf(from) : undefined };
  }

  /** Entries of one trace, at most `limit`; undefined when there is no such trace. */
  trace(trace: string, from: JournalPlace, limit: number): readonly string[] | undefined {
    if (this.#traceKnown.get(trace) === undefined) return undefined;
    const entries: string[] = [];
    for (const row of this.#trace.iterate(trace, from.at, from.seq)) {
      if (entries.length >= limit) break;
      const body = soundBody(row);
      if (body !== undefined) entries.push(body);
    }
    return entries;
  }

  #endOf(from: JournalPlace): JournalPlace | undefined {
    const row = this.#sliceEnd.get(from.at, from.seq);
    return row === undefined ? undefined : { at: Number(row.at), seq: Number(row.seq) };
  }
}

function soundBody(row: Record<string, unknown>): string | undefined {
  const body = String(row.body);
  if (checksumOf(body) === row.checksum) return body;
  warn(damaged('journal', String(row.seq)).message);
  return undefined;
}
