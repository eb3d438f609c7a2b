/**
 * Tells that something in the folder changed, not what: whoever hears it looks for himself. So an event that is lost
 * or doubled by the system does no harm.
 */

import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { FOLDER_DEPTH_MAX, isHidden } from './scan.ts';

export interface WatchOptions {
  readonly folder: string;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

export function watchFolder({ folder, changed, failed }: WatchOptions): AsyncDisposable {
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    depth: FOLDER_DEPTH_MAX,
    ignored: (path) => isHiddenWithin(folder, path),
  });
  watcher.on('all', changed);
  watcher.on('error', failed);
  return { [Symbol.asyncDispose]: () => watcher.close() };
}

/** The folder itself may be hidden; only what lies within counts. */
function isHiddenWithin(folder: string, path: string): boolean {
  const within = relative(folder, path);
  if (within === '' || within.startsWith('..')) return false;
  return within.split(sep).some(isHidden);
}
