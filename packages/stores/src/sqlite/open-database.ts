/**
 * Opens a database file for one writer: locked, in WAL mode, with the present schema. Runs in the thread that
 * owns the file. On any error everything is released again and the file stays as it was found.
 */

import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { diskError } from './disk-error.ts';
import { type FileLock, takeLock } from './file-lock.ts';
import { migrate, type Schema } from './migrate.ts';
import { Refused } from './refused.ts';

/** How long a write waits for a tool that reads or backs up the file, in milliseconds. */
const FOREIGN_LOCK_WAIT_MS = 5_000;
/** The log is cut back to this size after a checkpoint. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;
const CACHE_KIB = 16 * 1024;
const BYTES_PER_PAGE = 4_096;

export interface DatabaseOptions {
  readonly path: string;
  readonly schema: Schema;
  /** FULL: a commit survives a power failure. NORMAL: it survives the process, the newest may be lost with power. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** The file does not grow beyond this; writes are then refused as on a full disk. */
  readonly bytesMax?: number;
  /** Names the process that has the file open, for the refusal. */
  readonly ownerOf?: (db: DatabaseSync) => number | undefined;
}

export interface OpenDatabase {
  readonly db: DatabaseSync;
  close(): void;
}

/** @throws Refused `CONFLICT` or `UNAVAILABLE` that names the file and says what to do. */
export function openDatabase(options: DatabaseOptions): OpenDatabase {
  try {
    return openOrThrow(options);
  } catch (error) {
    throw diskError(options.path, error);
  }
}

function openOrThrow(options: DatabaseOptions): OpenDatabase {
  mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
  const lock = takeLock(options.path);
  if (lock === undefined) throw inUse(options);
  try {
    createPrivately(options.path);
    return prepared(new DatabaseSync(options.path, { timeout: FOREIGN_LOCK_WAIT_MS }), lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepared(db: DatabaseSync, lock: FileLock, options: DatabaseOptions): OpenDatabase {
  try {
    db.exec('BEGIN IMMEDIATE; COMMIT');
    migrate(db, options.path, options.schema);
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${options.synchronous};
      PRAGMA journal_size_limit = ${LOG_BYTES_MAX};
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA temp_store = MEMORY;
    `);
    if (options.bytesMax !== undefined) {
      db.exec(`PRAGMA max_page_count = ${Math.ceil(options.bytesMax / BYTES_PER_PAGE)}`);
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    db,
    close() {
      db.close();
      lock.release();
    },
  };
}

/** Only the user may read what agents remember. SQLite gives the log the same mode as the file. */
function createPrivately(path: string): void {
  if (existsSync(path)) return;
  closeSync(openSync(path, 'wx', 0o600));
}

function inUse({ path, ownerOf }: DatabaseOptions): Refused {
  const owner = ownerOf === undefined ? undefined : readOwner(path, ownerOf);
  const who = owner === undefined ? 'another process' : `process ${owner}`;
  return new Refused('CONFLICT', `${path} is in use by ${who}: stop it first, or name another path`);
}

function readOwner(path: string, ownerOf: (db: DatabaseSync) => number | undefined): number | undefined {
  try {
    using db = new DatabaseSync(path, { readOnly: true });
    return ownerOf(db);
  } catch {
    // The owner may be creating the file at this moment; the refusal is the same without its name.
    return undefined;
  }
}
