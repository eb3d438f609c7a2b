/** Numbers about the whole store: how often the node started, and which process has the file open. */

import type { DatabaseSync } from 'node:sqlite';
import { checksumOf } from './checksum.ts';
import { Refused } from './refused.ts';

type Name = 'incarnation' | 'owner';

/** Undefined when it was never written. @throws Refused `INTERNAL` when its checksum does not fit. */
export function readMeta(db: DatabaseSync, name: Name): number | undefined {
  const row = db.prepare('SELECT value, checksum FROM meta WHERE name = ?').get(name);
  if (row === undefined) return undefined;
  const value = Number(row.value);
  if (checksumOf(name, String(value)) !== row.checksum) {
    throw new Refused('INTERNAL', `the record ${name} in table meta is damaged: its checksum does not fit`);
  }
  return value;
}

export function writeMeta(db: DatabaseSync, name: Name, value: number): void {
  db.prepare('INSERT OR REPLACE INTO meta (name, value, checksum) VALUES (?, ?, ?)').run(
    name,
    value,
    checksumOf(name, String(value)),
  );
}

/** Raises the incarnation by one; 1 at the first start. */
export function incarnate(db: DatabaseSync): number {
  const next = (readMeta(db, 'incarnation') ?? 0) + 1;
  writeMeta(db, 'incarnation', next);
  return next;
}
