/** What the disk refuses, as a sentence that names the file; and how a folder's names are made to last. */

import { open } from 'node:fs/promises';
import { KaiError } from '@kai/protocol';

/** The refusal that tells a person about `error`, which came up while working with `path`. */
export function snapshotDiskError(path: string, error: unknown): KaiError {
  if (error instanceof KaiError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'cannot be written because the disk is full: free some space'
      : `cannot be read or written (${code}): make sure that this user may, and check the disk`;
  return new KaiError('UNAVAILABLE', `${path} ${what}`, { cause: error });
}

/** Makes the names in a folder survive a power failure. Windows keeps them by itself and opens no folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    await using handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw snapshotDiskError(path, error);
  }
}
