/** Snapshots in memory: for tests, simulation and embedding. Nothing survives the process. */

import type { SnapshotEntry, Snapshots } from '@kai/runtime/ports';
import { compareEntries, entryOf, type NewEntry, noSnapshot } from '../records/snapshot-record.ts';

interface Kept {
  readonly entry: SnapshotEntry;
  readonly content: Uint8Array;
}

export function openMemorySnapshots(): Snapshots {
  return new MemorySnapshots();
}

class MemorySnapshots implements Snapshots {
  readonly #kept = new Map<string, Kept>();

  async put(given: NewEntry, content: Uint8Array): Promise<SnapshotEntry> {
    const entry = entryOf(given, content);
    const kept = this.#kept.get(entry.id) ?? { entry, content: content.slice() };
    this.#kept.set(entry.id, kept);
    return kept.entry;
  }

  async read(id: string): Promise<Uint8Array> {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw noSnapshot(id);
    return kept.content.slice();
  }

  async list(agent?: string): Promise<readonly SnapshotEntry[]> {
    const entries = [...this.#kept.values()].map(({ entry }) => entry);
    return entries.filter((entry) => agent === undefined || entry.agent === agent).sort(compareEntries);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#kept.delete(id);
  }
}
