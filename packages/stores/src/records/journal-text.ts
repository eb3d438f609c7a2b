/**
 * A journal entry as one line of JSON: an array in a fixed order, because journaling every message has to cost
 * little. The order is part of the file format: new fields go to the end.
 */

import type { JournalEntry, JournalMark, JournalOutcome } from '@kai/runtime/ports';

type EntryFields = [
  at: number,
  outcome: JournalOutcome,
  id: string,
  kind: string,
  from: string,
  to: string,
  intent: string,
  priority: string,
  re: string | null,
  trace: string,
  note: string,
  tookMs: number,
  payload: string,
];

export function encodeEntry(entry: JournalEntry): string {
  const fields: EntryFields = [
    entry.at,
    entry.outcome,
    entry.id,
    entry.kind,
    entry.from,
    entry.to,
    entry.intent,
    entry.priority,
    entry.re ?? null,
    entry.trace,
    entry.note,
    entry.tookMs,
    entry.payload,
  ];
  return JSON.stringify(fields);
}

/** The reverse of {@link encodeEntry}, for text whose checksum was verified. */
export function decodeEntry(text: string): JournalEntry {
  const [at, outcome, id, kind, from, to, intent, priority, re, trace, note, tookMs, payload] = JSON.parse(
    text,
  ) as EntryFields;
  return {
    at,
    outcome,
    id,
    kind,
    from,
    to,
    intent,
    priority,
    re: re ?? undefined,
    trace,
    note,
    tookMs,
    payload,
  };
}

/** Whether `text` stands in an address, the intent, the trace or an id of `entry`. */
export function entryHolds(entry: JournalEntry, text: string): boolean {
  return (
    entry.from.includes(text) ||
    entry.to.includes(text) ||
    entry.intent.includes(text) ||
    entry.trace.includes(text) ||
    entry.id.includes(text) ||
    entry.re?.includes(text) === true
  );
}

/** A mark that no entry has: what follows it is older than `at`. */
export function markBefore(at: number): JournalMark {
  return { at, id: '', outcome: 'admitted' };
}

/** Whether `entry` is the one that is meant. */
export function hasMark(entry: JournalEntry, { at, id, outcome }: JournalMark): boolean {
  return entry.at === at && entry.id === id && entry.outcome === outcome;
}

/** Of entries that stand newest first: what follows the marked one, or is older when that is gone. */
export function entriesPast(entries: readonly JournalEntry[], mark: JournalMark): readonly JournalEntry[] {
  const place = entries.findLastIndex((entry) => hasMark(entry, mark));
  return place === -1 ? entries.filter(({ at }) => at < mark.at) : entries.slice(place + 1);
}
