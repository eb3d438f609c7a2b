/** The data folder: whether it can be used, whether others can read it, and how much room is left. */

import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText } from '../system/quantities.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Less room than this is worth a warning, in bytes. */
const FREE_BYTES_MIN = 512 * 1024 * 1024;
/** Permissions of the group and of others. */
const OTHERS = 0o077;

export async function* examineData(folder: string): AsyncGenerator<Finding, void> {
  const there = await stat(folder).catch(() => undefined);
  const place = there === undefined ? await nearestAbove(folder) : folder;
  try {
    await access(place, constants.W_OK | constants.X_OK);
  } catch {
    yield fail(
      'data',
      `${place} may not be written to`,
      'change its permissions, or name another folder with data:',
    );
    return;
  }
  if (there === undefined) yield ok('data', `${folder} will be made at the first start`);
  else if (!there.isDirectory()) yield fail('data', `${folder} is no folder`, 'name a folder with data:');
  else if ((there.mode & OTHERS) !== 0 && process.platform !== 'win32') {
    yield warn('data', `${folder} can be read by other users of this machine`, `run: chmod 700 ${folder}`);
  } else yield ok('data', `${folder} is yours alone`);
  yield await examineRoom(place);
}

async function examineRoom(place: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  if (free >= FREE_BYTES_MIN) return ok('disk', `${bytesText(free)} are free`);
  return warn(
    'disk',
    `only ${bytesText(free)} are free; messages are refused once the disk is full`,
    'make room',
  );
}

async function nearestAbove(folder: string): Promise<string> {
  const above = dirname(folder);
  if (above === folder) return folder;
  return (await stat(above).catch(() => undefined)) === undefined ? nearestAbove(above) : above;
}
