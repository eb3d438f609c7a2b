/**
 * Moves a damaged index out of the way, so that a new one can be built from the sources. Only for what is derived:
 * a store is never set aside.
 */

import { existsSync, renameSync } from 'node:fs';

/** Renames the file and its log to `<path>.damaged-<n>`; returns the new name. */
export function setAside(path: string): string {
  let n = 1;
  while (existsSync(`${path}.damaged-${n}`)) n += 1;
  const aside = `${path}.damaged-${n}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  }
  return aside;
}
