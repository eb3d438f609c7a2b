/**
 * The snapshots of a node's agents, each following the one before it: the newest is the parent of the next.
 *
 * What is read has been checked against its id, its checksum and its own form. A snapshot that cannot be read is no
 * parent: the next one begins a new lineage, so that later ones can be restored.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Log, SnapshotEntry, Snapshots } from '../ports/index.ts';
import { BUNDLE_BYTES_MAX, type Bundle, decodeBundle, encodeBundle, unfitness } from './bundle.ts';
import { retain } from './retention.ts';

export interface ArchiveParts {
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an agent keeps, as it stands in a bundle. */
export type Captured = Omit<Bundle, 'at' | 'parent' | 'pruned' | 'kind' | 'note'>;

export interface Occasion {
  readonly kind: SnapshotEntry['kind'];
  readonly note: string;
  /** Snapshots of each kind that are kept. */
  readonly keep: number;
}

export class Archive {
  readonly #parts: ArchiveParts;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  list(agent?: string): Promise<readonly SnapshotEntry[]> {
    return this.#parts.snapshots.list(agent);
  }

  /** @throws KaiError `CONFLICT` when it does not hold, `NO_ROUTE` when there is none. */
  async read(id: string): Promise<Bundle> {
    const decoded = decodeBundle(await this.#parts.snapshots.read(id));
    if (decoded.ok) return decoded.bundle;
    throw new KaiError('CONFLICT', `snapshot ${id} does not hold: ${decoded.why}`);
  }

  /** The snapshot's canonical text. @throws KaiError as {@link read}. */
  async textOf(id: string): Promise<string> {
    return new TextDecoder().decode(encodeBundle(await this.read(id)));
  }

  /**
   * Keeps a snapshot and removes those that need not be kept any more. One at a time for each agent.
   *
   * @throws KaiError `INVALID_PAYLOAD` for state that has no place in a snapshot, `OVERLOADED` when it is too large.
   */
  async keep(captured: Captured, { kind, note, keep }: Occasion): Promise<SnapshotEntry> {
    const { snapshots, clock } = this.#parts;
    const { agent } = captured;
    const unfit = unfitness(captured);
    if (unfit !== undefined) throw new KaiError('INVALID_PAYLOAD', `no snapshot of ${agent}: ${unfit}`);
    const before = await snapshots.list(agent);
    const [newest] = before;
    const parent = newest !== undefined && (await this.#holds(newest)) ? newest.id : undefined;
    // A clock that was set back must not put a child before its parent.
    const at = Math.max(clock.now(), (newest?.at ?? -1) + 1);
    const own: SnapshotEntry = { id: '', agent, at, parent, kind, note, bytes: 0 };
    const { kept, pruned } = retain([own, ...before], keep);
    const gone = await this.#prunedParents(kept, before, pruned);
    const content = encodeBundle({ ...captured, at, parent: parent ?? null, pruned: gone, kind, note });
    if (content.byteLength > BUNDLE_BYTES_MAX)
      throw new KaiError('OVERLOADED', `a snapshot of ${agent} has more than ${BUNDLE_BYTES_MAX} bytes`);
    const entry = await snapshots.put({ agent, at, parent, kind, note }, content);
    await this.#remove(pruned);
    return entry;
  }

  /** Takes in a snapshot that was exported, here or elsewhere. @throws KaiError `CONFLICT` when it does not hold. */
  async import(content: Uint8Array): Promise<SnapshotEntry> {
    const decoded = decodeBundle(content);
    if (!decoded.ok) throw new KaiError('CONFLICT', `this is no snapshot: ${decoded.why}`);
    const { agent, at, kind, note, parent } = decoded.bundle;
    const isHere = (await this.list(agent)).some(({ id }) => id === parent);
    return this.#parts.snapshots.put(
      { agent, at, parent: parent !== null && isHere ? parent : undefined, kind, note },
      content,
    );
  }

  /** Of `wanted`, those that a snapshot of the agent names as pruned. Reads the newest first and no more than it must. */
  async prunedAmong(wanted: ReadonlySet<string>, entries: readonly SnapshotEntry[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { id } of entries) {
      if (found.size === wanted.size) break;
      const bundle = await this.read(id).catch(() => undefined);
      for (const gone of bundle?.pruned ?? []) if (wanted.has(gone)) found.add(gone);
    }
    return found;
  }

  /** The parents of what is kept that are not kept themselves, on purpose. */
  async #prunedParents(
    kept: readonly SnapshotEntry[],
    before: readonly SnapshotEntry[],
    pruned: readonly SnapshotEntry[],
  ): Promise<readonly string[]> {
    const going = new Set(pruned.map(({ id }) => id));
    const here = new Set(before.map(({ id }) => id));
    const parents = kept.map(({ parent }) => parent).filter((parent) => parent !== undefined);
    const missing = new Set(parents.filter((parent) => !here.has(parent)));
    const known = missing.size === 0 ? missing : await this.prunedAmong(missing, before);
    return [...new Set(parents.filter((parent) => going.has(parent) || known.has(parent)))].sort();
  }

  async #holds({ id }: SnapshotEntry): Promise<boolean> {
    try {
      await this.read(id);
      return true;
    } catch (error) {
      this.#parts.log.warn(
        { id, error: String(error) },
        'the newest snapshot does not hold; the next begins anew',
      );
      return false;
    }
  }

  /** What cannot be removed now is removed with the next snapshot. */
  async #remove(entries: readonly SnapshotEntry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await this.#parts.snapshots.remove(entries.map(({ id }) => id));
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'old snapshots could not be removed');
    }
  }
}
