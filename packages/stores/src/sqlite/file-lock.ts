/**
 * One process at a time per database. The lock is an exclusive transaction on an empty database beside it
 * (`kai.db.lock`): the kernel gives it back when the process ends, however it ends, so it is never stale, and the
 * database itself stays readable for tools such as `sqlite3`.
 *
 * Trap: POSIX drops a process's locks on a file when any of its descriptors for that file is closed. So no code
 * may open the lock or the database by other means than SQLite while a store is open.
 */

import { DatabaseSync } from 'node:sqlite';
import { primaryCode, SQLITE_BUSY } from './disk-error.ts';

export interface FileLock {
  release(): void;
}

/** Undefined when somebody else holds it. */
export function takeLock(path: string): FileLock | undefined {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (primaryCode(error) === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => lock.close() };
}
