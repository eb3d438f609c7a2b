/**
 * From the name of a source to the file that may be shown: inside the folder, by its real path, and of a kind that
 * is read. Everything else is refused, whatever the index says.
 */

import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { KaiError } from 'kai';
import { isHidden, isWanted } from './scan.ts';

/**
 * The real path of `source`.
 *
 * @throws KaiError `POLICY_DENIED` when it lies outside the folder or is none of the documents, `CONFLICT` when there
 * is no such file.
 */
export async function pathOfSource(
  folder: string,
  source: string,
  extensions: ReadonlySet<string>,
): Promise<string> {
  refuseStrange(source, extensions);
  let root: string;
  let path: string;
  try {
    root = await realpath(folder);
    path = await realpath(join(root, source));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new KaiError('CONFLICT', `There is no document “${source}” any more.`);
    throw denied(source);
  }
  const within = relative(root, path);
  if (within === '' || isAbsolute(within) || within.split(sep).includes('..')) throw denied(source);
  refuseStrange(within.split(sep).join('/'), extensions);
  return path;
}

function refuseStrange(source: string, extensions: ReadonlySet<string>): void {
  const parts = source.split(/[\\/]/);
  const isPlain = !source.includes('\u0000') && !isAbsolute(source) && !/^[A-Za-z]:/.test(source);
  if (!isPlain || parts.some((part) => part === '' || isHidden(part)) || !isWanted(source, extensions))
    throw denied(source);
}

function denied(source: string): KaiError {
  return new KaiError(
    'POLICY_DENIED',
    `${JSON.stringify(source.slice(0, 200))} is none of the documents in the folder.`,
  );
}
