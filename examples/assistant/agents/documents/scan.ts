/**
 * What is in the folder: every file that shall be read, with what tells whether it changed. Hidden files,
 * `node_modules` and links are passed over: a link that stays in the folder leads to a file that is found anyway, and
 * one that leaves it leads to what nobody agreed to show.
 */

import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Files that are read of one folder. */
export const FILES_MAX = 50_000;
/** Folders within folders. */
export const FOLDER_DEPTH_MAX = 32;
/** Files whose size and time are asked for at the same time. */
const STATS_AT_ONCE = 32;

export interface FoundFile {
  /** The path within the folder, with `/`. */
  readonly source: string;
  readonly path: string;
  readonly modifiedMs: number;
  readonly size: number;
}

export interface Skipped {
  readonly source: string;
  readonly reason: string;
}

export type Scan =
  | {
      readonly kind: 'scanned';
      readonly root: string;
      readonly files: readonly FoundFile[];
      readonly skipped: readonly Skipped[];
    }
  /** There is no such folder, or it may not be read. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export async function scanFolder(
  folder: string,
  extensions: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Scan> {
  let root: string;
  try {
    root = await realpath(folder);
    await readdir(root);
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
  const files: FoundFile[] = [];
  const skipped: Skipped[] = [];
  const open = [''];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    signal.throwIfAborted();
    if (files.length >= FILES_MAX) {
      skipped.push({
        source: next === '' ? '.' : next,
        reason: `the folder has more than ${FILES_MAX} files`,
      });
      break;
    }
    const entries = await entriesOf(join(root, next), next, skipped);
    const { folders, names } = sorted(entries, next, extensions);
    open.push(...folders.filter((inner) => isShallow(inner, skipped)).reverse());
    files.push(...(await statAll(root, names.slice(0, FILES_MAX - files.length), skipped)));
  }
  return { kind: 'scanned', root, files, skipped };
}

/** Whether a name is one that is passed over wherever it stands. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** Whether a file's name says that it shall be read. */
export function isWanted(name: string, extensions: ReadonlySet<string>): boolean {
  return extensions.has(extname(name).toLowerCase());
}

async function entriesOf(path: string, source: string, skipped: Skipped[]): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    skipped.push({ source, reason: reasonOf(error) });
    return [];
  }
}

function sorted(entries: readonly Dirent[], within: string, extensions: ReadonlySet<string>) {
  const shown = entries
    .filter(({ name }) => !isHidden(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const sourceOf = ({ name }: Dirent) => (within === '' ? name : `${within}/${name}`);
  return {
    folders: shown.filter((entry) => entry.isDirectory()).map(sourceOf),
    names: shown.filter((entry) => entry.isFile() && isWanted(entry.name, extensions)).map(sourceOf),
  };
}

function isShallow(source: string, skipped: Skipped[]): boolean {
  if (source.split('/').length <= FOLDER_DEPTH_MAX) return true;
  skipped.push({ source, reason: `it lies more than ${FOLDER_DEPTH_MAX} folders deep` });
  return false;
}

async function statAll(root: string, sources: readonly string[], skipped: Skipped[]): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for (let at = 0; at < sources.length; at += STATS_AT_ONCE) {
    const some = sources.slice(at, at + STATS_AT_ONCE);
    const stats = await Promise.all(some.map((source) => statOf(join(root, source), source, skipped)));
    for (const [index, source] of some.entries()) {
      const found = stats[index];
      if (found === undefined) continue;
      files.push({
        source,
        path: join(root, source),
        modifiedMs: Math.floor(found.mtimeMs),
        size: found.size,
      });
    }
  }
  return files;
}

async function statOf(path: string, source: string, skipped: Skipped[]): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') skipped.push({ source, reason: reasonOf(error) });
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'ENOTDIR') return 'it is no folder';
  if (code === 'EACCES' || code === 'EPERM') return 'I may not read it';
  return `it cannot be read (${code})`;
}
