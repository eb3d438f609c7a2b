/**
 * Which snapshots of an agent are kept: the newest of each kind. Pure.
 *
 * A parent may go while its child stays; the child's lineage then begins there, and the newest snapshot names the parent
 * as pruned, which tells it from one that was lost.
 */

import type { SnapshotEntry } from '../ports/index.ts';

/** Snapshots of each kind that are kept of one agent unless its definition says otherwise. */
export const KEEP_DEFAULT = 10;
/** The most that a definition may ask for. */
export const KEEP_MAX = 1000;

export interface Retained {
  readonly kept: readonly SnapshotEntry[];
  readonly pruned: readonly SnapshotEntry[];
}

/** `entries`: those of one agent, newest first. `keep`: of each kind; at least 1. */
export function retain(entries: readonly SnapshotEntry[], keep: number): Retained {
  const counts = { auto: 0, manual: 0, rollback: 0 };
  const kept: SnapshotEntry[] = [];
  const pruned: SnapshotEntry[] = [];
  for (const entry of entries) {
    counts[entry.kind] += 1;
    (counts[entry.kind] <= keep ? kept : pruned).push(entry);
  }
  return { kept, pruned };
}
