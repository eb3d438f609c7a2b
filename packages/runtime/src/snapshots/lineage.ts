/**
 * Whether a snapshot and everything that it follows hold.
 *
 * A lineage ends at the agent's first snapshot; at one whose parent retention has removed (`pruned`); or at one that was
 * brought here without its parent (`imported`). A parent that is gone otherwise is lost, and the lineage broken.
 */

import { KaiError } from '@kai/protocol';
import type { SnapshotEntry } from '../ports/index.ts';
import type { Archive } from './archive.ts';
import type { Bundle } from './bundle.ts';

export type Root = 'first' | 'pruned' | 'imported';

export type Lineage =
  | { readonly kind: 'whole'; readonly ids: readonly string[]; readonly root: Root }
  | { readonly kind: 'broken'; readonly ids: readonly string[]; readonly why: string };

type Step =
  | { readonly kind: 'on'; readonly parent: SnapshotEntry }
  | { readonly kind: 'root'; readonly root: Root }
  | { readonly kind: 'broken'; readonly why: string };

/** Reads the snapshot and all before it. @throws KaiError `NO_ROUTE` when there is no such snapshot of the agent. */
export async function lineageOf(archive: Archive, agent: string, id: string): Promise<Lineage> {
  const entries = await archive.list(agent);
  const start = entries.find((entry) => entry.id === id);
  if (start === undefined) throw new KaiError('NO_ROUTE', `there is no snapshot ${id} of ${agent}`);
  const ids: string[] = [];
  for (let entry = start; ; ) {
    ids.push(entry.id);
    const step = await stepFrom(archive, entry, entries);
    if (step.kind === 'root') return { kind: 'whole', ids, root: step.root };
    if (step.kind === 'broken') return { kind: 'broken', ids, why: step.why };
    entry = step.parent;
  }
}

async function stepFrom(
  archive: Archive,
  entry: SnapshotEntry,
  entries: readonly SnapshotEntry[],
): Promise<Step> {
  const read = await archive.read(entry.id).catch((error: unknown) => asRefusal(error));
  if (read instanceof KaiError) return { kind: 'broken', why: read.message };
  const misfit = misfitOf(entry, read);
  if (misfit !== undefined) return { kind: 'broken', why: `snapshot ${entry.id}: ${misfit}` };
  const { parent } = read;
  if (parent === null) return { kind: 'root', root: 'first' };
  const next = entries.find(({ id }) => id === parent);
  // A parent is older, so a lineage ends.
  if (next !== undefined && next.at < entry.at) return { kind: 'on', parent: next };
  if (next !== undefined) return { kind: 'broken', why: `snapshot ${entry.id} is older than its parent` };
  if (entry.parent === undefined) return { kind: 'root', root: 'imported' };
  const pruned = await archive.prunedAmong(new Set([parent]), entries);
  if (pruned.has(parent)) return { kind: 'root', root: 'pruned' };
  return { kind: 'broken', why: `snapshot ${parent}, which ${entry.id} follows, is lost` };
}

/** What the list says otherwise than the snapshot itself. */
function misfitOf(entry: SnapshotEntry, bundle: Bundle): string | undefined {
  for (const name of ['agent', 'at', 'kind', 'note'] as const) {
    if (entry[name] !== bundle[name]) return `it is listed with another ${name}`;
  }
  const isListed = entry.parent === undefined || entry.parent === bundle.parent;
  return isListed ? undefined : 'it is listed with another parent';
}

function asRefusal(error: unknown): KaiError {
  if (error instanceof KaiError && (error.code === 'CONFLICT' || error.code === 'NO_ROUTE')) return error;
  throw error;
}
