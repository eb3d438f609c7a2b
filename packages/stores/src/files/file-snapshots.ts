/**
 * Snapshots as files under the hash of their content: `<folder>/<aa>/<64 hex digits>.kaisnap`, where `aa` are the
 * first two digits. A file appears whole or not at all: it is written under a temporary name, synced, renamed, and
 * its folder is synced. The list is read from the files' heads when it is first asked for, and kept in memory.
 *
 * Failure: a file that is damaged or renamed is named in the log and left out of the list; reading it is refused.
 * It is never removed, unless by its id, and replaced only when the same content is put again.
 */

import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KaiError } from '@kai/protocol';
import type { Log, SnapshotEntry, Snapshots } from '@kai/runtime/ports';
import {
  compareEntries,
  entryOf,
  isSnapshotId,
  type NewEntry,
  noSnapshot,
  snapshotId,
} from '../records/snapshot-record.ts';
import { snapshotDiskError, syncFolder } from './disk.ts';
import { readEntries } from './read-entries.ts';
import { contentBegin, decodeHead, encodeHead } from './snapshot-file.ts';
import { fileOf, folderOf, isGroup, isUnfinished, UNFINISHED } from './snapshot-path.ts';

export interface FileSnapshotsOptions {
  /** Created when absent, readable by this user only. One process at a time writes to it. */
  readonly folder: string;
  readonly log: Log;
}

/**
 * Opens or creates a folder of snapshots, and removes what an earlier process left unfinished.
 *
 * @throws KaiError `UNAVAILABLE` when the disk refuses.
 */
export async function openFileSnapshots({ folder, log }: FileSnapshotsOptions): Promise<Snapshots> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeUnfinished(folder);
  } catch (error) {
    throw snapshotDiskError(folder, error);
  }
  return new FileSnapshots(folder, log);
}

class FileSnapshots implements Snapshots {
  readonly #folder: string;
  readonly #log: Log;
  /** Puts under way by id: the same content is written once. */
  readonly #putting = new Map<string, Promise<SnapshotEntry>>();
  #entries: Promise<Map<string, SnapshotEntry>> | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  async put(given: NewEntry, content: Uint8Array): Promise<SnapshotEntry> {
    const entry = entryOf(given, content);
    const underWay = this.#putting.get(entry.id);
    if (underWay !== undefined) return underWay;
    const putting = this.#put(entry, content.slice());
    this.#putting.set(entry.id, putting);
    try {
      return await putting;
    } finally {
      this.#putting.delete(entry.id);
    }
  }

  async read(id: string): Promise<Uint8Array> {
    if (!isSnapshotId(id)) throw noSnapshot(id);
    const file = fileOf(this.#folder, id);
    const bytes = await this.#bytesOf(file);
    if (bytes === undefined) throw noSnapshot(id);
    const begin = contentBegin(bytes);
    const content = begin === undefined ? undefined : bytes.subarray(begin);
    if (content !== undefined && snapshotId(content) === id) return content;
    throw new KaiError('CONFLICT', `${file} is damaged: its content does not have the hash in its name`);
  }

  async list(agent?: string): Promise<readonly SnapshotEntry[]> {
    this.#entries ??= this.#readEntries();
    const entries = [...(await this.#entries).values()];
    return entries.filter((entry) => agent === undefined || entry.agent === agent).sort(compareEntries);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter(isSnapshotId);
    for (const id of known) await this.#remove(fileOf(this.#folder, id));
    for (const folder of new Set(known.map((id) => folderOf(this.#folder, id)))) await syncFolder(folder);
    const entries = await this.#entries;
    for (const id of known) entries?.delete(id);
  }

  async #put(entry: SnapshotEntry, content: Uint8Array): Promise<SnapshotEntry> {
    const kept = (await this.#soundEntry(entry.id)) ?? entry;
    if (kept === entry) await this.#write(entry, content);
    (await this.#entries)?.set(kept.id, kept);
    return kept;
  }

  /** The entry of a file whose head and content are as they should be. */
  async #soundEntry(id: string): Promise<SnapshotEntry | undefined> {
    const bytes = await this.#bytesOf(fileOf(this.#folder, id));
    if (bytes === undefined) return undefined;
    const entry = decodeHead(bytes);
    const content = bytes.subarray(contentBegin(bytes) ?? bytes.length);
    return entry?.id === id && snapshotId(content) === id ? entry : undefined;
  }

  async #write(entry: SnapshotEntry, content: Uint8Array): Promise<void> {
    const file = fileOf(this.#folder, entry.id);
    try {
      await mkdir(folderOf(this.#folder, entry.id), { recursive: true, mode: 0o700 });
      await syncFolder(this.#folder);
      await writeSynced(`${file}${UNFINISHED}`, [encodeHead(entry), content]);
      await rename(`${file}${UNFINISHED}`, file);
      await syncFolder(folderOf(this.#folder, entry.id));
    } catch (error) {
      await rm(`${file}${UNFINISHED}`, { force: true }).catch(() => undefined);
      throw snapshotDiskError(file, error);
    }
  }

  async #remove(file: string): Promise<void> {
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw snapshotDiskError(file, error);
    }
  }

  async #bytesOf(file: string): Promise<Buffer | undefined> {
    try {
      return await readFile(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw snapshotDiskError(file, error);
    }
  }

  async #readEntries(): Promise<Map<string, SnapshotEntry>> {
    try {
      return await readEntries(this.#folder, this.#log);
    } catch (error) {
      this.#entries = undefined;
      throw snapshotDiskError(this.#folder, error);
    }
  }
}

async function writeSynced(file: string, parts: readonly Uint8Array[]): Promise<void> {
  await using handle = await open(file, 'w', 0o600);
  for (const part of parts) await handle.appendFile(part);
  await handle.sync();
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const group of await readdir(folder, { withFileTypes: true })) {
    if (!group.isDirectory() || !isGroup(group.name)) continue;
    for (const name of await readdir(join(folder, group.name))) {
      if (isUnfinished(name)) await rm(join(folder, group.name, name), { force: true });
    }
  }
}
