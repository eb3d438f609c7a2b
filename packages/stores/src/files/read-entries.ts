/** Reads the entries of all snapshots in a folder from the heads of their files. */

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KaiError } from '@kai/protocol';
import type { Log, SnapshotEntry } from '@kai/runtime/ports';
import { snapshotDiskError } from './disk.ts';
import { contentBegin, decodeHead, FIRST_READ_BYTES } from './snapshot-file.ts';
import { fileOf, isGroup, isSnapshotFile } from './snapshot-path.ts';

/** Files that are open at a time. */
const OPEN_MAX = 32;

/** By id. What is damaged, unreadable or under another's name is named in the log and left out. */
export async function readEntries(folder: string, log: Log): Promise<Map<string, SnapshotEntry>> {
  const entries = new Map<string, SnapshotEntry>();
  const files = (await filesIn(folder)).values();
  const readOn = async (): Promise<void> => {
    for (const file of files) {
      const entry = await readEntry(file).catch((error: unknown) => snapshotDiskError(file, error));
      if (entry instanceof KaiError) log.warn({ file }, entry.message);
      else if (entry !== undefined && fileOf(folder, entry.id) === file) entries.set(entry.id, entry);
      else log.warn({ file }, 'a snapshot is damaged or was renamed; it is left as it is and not listed');
    }
  };
  await Promise.all(Array.from({ length: OPEN_MAX }, readOn));
  return entries;
}

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const group of await readdir(folder, { withFileTypes: true })) {
    if (!group.isDirectory() || !isGroup(group.name)) continue;
    for (const name of await readdir(join(folder, group.name))) {
      if (isSnapshotFile(name)) files.push(join(folder, group.name, name));
    }
  }
  return files;
}

/** Undefined when the head is damaged or the file does not have the length that it tells. */
async function readEntry(file: string): Promise<SnapshotEntry | undefined> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = await readStart(handle, FIRST_READ_BYTES);
  const begin = contentBegin(start);
  if (begin === undefined) return undefined;
  const entry = decodeHead(begin <= start.length ? start : await readStart(handle, begin));
  return entry?.bytes === size - begin ? entry : undefined;
}

async function readStart(handle: Awaited<ReturnType<typeof open>>, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}
