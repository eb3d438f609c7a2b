/**
 * A file's schema version and the way to the present one. Migrations are ordered and never change once released:
 * the version is the number of those that ran. All that are missing run in one transaction.
 */

import type { DatabaseSync } from 'node:sqlite';
import { Refused } from './refused.ts';

export interface Schema {
  /** Marks a file as ours (sqlite.org/fileformat.html, offset 68). */
  readonly applicationId: number;
  readonly migrations: readonly string[];
}

/** @throws Refused `CONFLICT` when the file is another program's, or was written by a newer kAI. */
export function migrate(db: DatabaseSync, path: string, schema: Schema): void {
  const version = pragma(db, 'user_version');
  refuseForeign(db, path, schema.applicationId);
  const known = schema.migrations.length;
  if (version > known) {
    throw new Refused(
      'CONFLICT',
      `${path} was written by a newer kAI (format ${version}; this one knows up to ${known}): update kAI, or restore an older backup`,
    );
  }
  if (version === known) return;
  db.exec('BEGIN IMMEDIATE');
  for (const migration of schema.migrations.slice(version)) db.exec(migration);
  db.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${known}; COMMIT`);
}

function refuseForeign(db: DatabaseSync, path: string, applicationId: number): void {
  const found = pragma(db, 'application_id');
  if (found === applicationId) return;
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
  if (found === 0 && tables?.n === 0) return;
  throw new Refused(
    'CONFLICT',
    `${path} is a database of another program: kAI left it as it is; name another path`,
  );
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
