/** Where a snapshot's file stands. A path is made of an id's hex digits alone, so it never leaves the folder. */

import { join } from 'node:path';
import { isSnapshotId } from '../records/snapshot-record.ts';

const ENDING = '.kaisnap';
/** Follows the name of a file that is still being written. */
export const UNFINISHED = '.part';

const PREFIX = 'sha256-';
/** Snapshots share a folder with those that have this many digits in common. */
const GROUP_DIGITS = 2;

export function folderOf(folder: string, id: string): string {
  return join(folder, digitsOf(id).slice(0, GROUP_DIGITS));
}

export function fileOf(folder: string, id: string): string {
  return join(folderOf(folder, id), `${digitsOf(id)}${ENDING}`);
}

/** Whether a folder of this name holds snapshots. */
export function isGroup(name: string): boolean {
  return /^[0-9a-f]{2}$/.test(name);
}

export function isUnfinished(name: string): boolean {
  return name.endsWith(`${ENDING}${UNFINISHED}`);
}

export function isSnapshotFile(name: string): boolean {
  return name.endsWith(ENDING);
}

function digitsOf(id: string): string {
  if (!isSnapshotId(id)) throw new RangeError('only a snapshot id makes a path');
  return id.slice(PREFIX.length);
}
