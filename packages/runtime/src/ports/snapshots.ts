/**
 * Where snapshots are kept: immutable bundles of bytes under the hash of their content.
 *
 * What was put is there until it is removed; a bundle whose content no longer has its hash is never returned.
 */

export interface SnapshotEntry {
  /** `sha256-` and 64 hex digits of the content. */
  readonly id: string;
  /** The agent's address, as text. */
  readonly agent: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The snapshot that it follows, if there was one. */
  readonly parent: string | undefined;
  /** Why it was taken: `auto`, `manual`, `rollback`, and a note. */
  readonly kind: 'auto' | 'manual' | 'rollback';
  readonly note: string;
  readonly bytes: number;
}

export interface Snapshots {
  /** Resolves once it is on disk. Putting the same content again changes nothing. */
  put(entry: Omit<SnapshotEntry, 'id' | 'bytes'>, content: Uint8Array): Promise<SnapshotEntry>;
  /** @throws KaiError `CONFLICT` when the content does not have the id's hash, `NO_ROUTE` when there is none. */
  read(id: string): Promise<Uint8Array>;
  /** Newest first. */
  list(agent?: string): Promise<readonly SnapshotEntry[]>;
  remove(ids: readonly string[]): Promise<void>;
}
