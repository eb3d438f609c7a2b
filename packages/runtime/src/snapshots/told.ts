/** Snapshots and differences as they are told in an answer: bounded, whatever the agent keeps. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { SnapshotEntry } from '../ports/index.ts';
import type { Changes, Difference } from './difference.ts';

/** Members of each list of a difference that are told; the rest is counted. */
export const TOLD_MAX = 100;
/** Characters of a value's JSON; a longer one is told as its first characters and `…`. */
export const VALUE_TOLD_CHARS = 1_000;

export function entryJson({ id, agent, at, parent, kind, note, bytes }: SnapshotEntry): JsonObject {
  return { id, agent, at, parent: parent ?? null, kind, note, bytes };
}

/** Each list has at most {@link TOLD_MAX} members; `more` counts those that are not told. */
export function toldDifference({ state, timers, inbox, settings, version }: Difference): JsonObject {
  return {
    state: toldChanges(state),
    timers: toldChanges(timers),
    settings: toldChanges(settings),
    inbox: {
      added: inbox.added.slice(0, TOLD_MAX),
      removed: inbox.removed.slice(0, TOLD_MAX),
      more: beyond(inbox.added) + beyond(inbox.removed),
    },
    version: version && { before: { ...version.before }, after: { ...version.after } },
  };
}

export function toldValue(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  return text.length <= VALUE_TOLD_CHARS ? value : `${text.slice(0, VALUE_TOLD_CHARS)}…`;
}

function toldChanges({ added, removed, changed }: Changes<JsonValue>): JsonObject {
  const valued = ({ key, value }: { key: string; value: JsonValue }): JsonObject => ({
    key,
    value: toldValue(value),
  });
  return {
    added: added.slice(0, TOLD_MAX).map(valued),
    removed: removed.slice(0, TOLD_MAX).map(valued),
    changed: changed
      .slice(0, TOLD_MAX)
      .map(({ key, before, after }) => ({ key, before: toldValue(before), after: toldValue(after) })),
    more: beyond(added) + beyond(removed) + beyond(changed),
  };
}

function beyond(list: readonly unknown[]): number {
  return Math.max(0, list.length - TOLD_MAX);
}
