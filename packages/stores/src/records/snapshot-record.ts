/** What a snapshot is called, what may stand in its entry, and how entries are sorted. */

import { hash } from 'node:crypto';
import { KaiError } from '@kai/protocol';
import type { SnapshotEntry } from '@kai/runtime/ports';
import { checkedName, checkedText, checkedTime } from './record-checks.ts';

/** Bytes of one snapshot's content. */
export const SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024;
/** Characters of a snapshot's note. */
export const NOTE_CHARS_MAX = 4_096;

export type NewEntry = Omit<SnapshotEntry, 'id' | 'bytes'>;

const ID = /^sha256-[0-9a-f]{64}$/;
const KINDS: readonly string[] = ['auto', 'manual', 'rollback'] satisfies readonly SnapshotEntry['kind'][];

export function snapshotId(content: Uint8Array): string {
  return `sha256-${hash('sha256', content)}`;
}

export function isSnapshotId(text: string): boolean {
  return ID.test(text);
}

/** The whole entry of this content. @throws KaiError `INVALID_PAYLOAD` for what cannot be kept. */
export function entryOf(given: NewEntry, content: Uint8Array): SnapshotEntry {
  if (content.byteLength > SNAPSHOT_BYTES_MAX) {
    throw refused(`a snapshot has ${content.byteLength} bytes; at most ${SNAPSHOT_BYTES_MAX} are kept`);
  }
  return checkedEntry({ ...given, id: snapshotId(content), bytes: content.byteLength });
}

/** @throws KaiError `INVALID_PAYLOAD` for an entry that no snapshot has. */
export function checkedEntry({ id, agent, at, parent, kind, note, bytes }: SnapshotEntry): SnapshotEntry {
  if (!isSnapshotId(id)) throw refused('a snapshot has no id');
  if (parent !== undefined && !isSnapshotId(parent)) throw refused('the parent of a snapshot is no id');
  if (!KINDS.includes(kind)) throw refused(`there is no kind of snapshot called ${kind}`);
  if (note.length > NOTE_CHARS_MAX) throw refused(`a note has more than ${NOTE_CHARS_MAX} characters`);
  return {
    id,
    agent: checkedName(agent, 'an agent'),
    at: checkedTime(at, 'a snapshot'),
    parent,
    kind,
    note: checkedText(note, 'a note'),
    bytes,
  };
}

/** Newest first; ids decide between snapshots of the same moment. */
export function compareEntries(a: SnapshotEntry, b: SnapshotEntry): number {
  if (a.at !== b.at) return b.at - a.at;
  return a.id < b.id ? -1 : 1;
}

/** The refusal for an id under which nothing is kept. */
export function noSnapshot(id: string): KaiError {
  return new KaiError('NO_ROUTE', `there is no snapshot ${isSnapshotId(id) ? id : 'with such an id'}`);
}

function refused(message: string): KaiError {
  return new KaiError('INVALID_PAYLOAD', message);
}
