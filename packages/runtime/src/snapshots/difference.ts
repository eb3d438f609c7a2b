/** What lies between two snapshots of an agent, or between one and what the agent keeps now. Pure. */

import type { JsonValue } from '@kai/protocol';
import type { Bundle, BundleTimer, BundleVersion } from './bundle.ts';
import { canonicalText } from './canonical.ts';

export interface Changed<T> {
  readonly key: string;
  readonly before: T;
  readonly after: T;
}

export interface Changes<T> {
  readonly added: readonly { readonly key: string; readonly value: T }[];
  readonly removed: readonly { readonly key: string; readonly value: T }[];
  readonly changed: readonly Changed<T>[];
}

export interface Difference {
  readonly state: Changes<JsonValue>;
  /** By the timers' names. */
  readonly timers: Changes<JsonValue>;
  /** Ids of unfinished durable messages. */
  readonly inbox: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly settings: Changes<JsonValue>;
  readonly version: { readonly before: BundleVersion; readonly after: BundleVersion } | null;
}

export type Compared = Pick<Bundle, 'state' | 'timers' | 'inbox' | 'settings' | 'version'>;

/** What must be done to `one` to have `other`. */
export function difference(one: Compared, other: Compared): Difference {
  return {
    state: changes(one.state, other.state),
    timers: changes(byName(one.timers), byName(other.timers)),
    inbox: {
      added: idsWithout(other, one),
      removed: idsWithout(one, other),
    },
    settings: changes(new Map(Object.entries(one.settings)), new Map(Object.entries(other.settings))),
    version: isSameVersion(one.version, other.version)
      ? null
      : { before: { ...one.version }, after: { ...other.version } },
  };
}

/** Whether they keep the same: state, timers and settings by the same version. */
export function isSame({ state, timers, settings, version, inbox }: Difference): boolean {
  const lists = [state, timers, settings].flatMap(({ added, removed, changed }) => [added, removed, changed]);
  return [...lists, inbox.added, inbox.removed].every(({ length }) => length === 0) && version === null;
}

function changes(
  one: ReadonlyMap<string, JsonValue>,
  other: ReadonlyMap<string, JsonValue>,
): Changes<JsonValue> {
  const added: { key: string; value: JsonValue }[] = [];
  const changed: Changed<JsonValue>[] = [];
  for (const [key, after] of other) {
    const before = one.get(key);
    if (before === undefined) added.push({ key, value: after });
    else if (canonicalText(before) !== canonicalText(after)) changed.push({ key, before, after });
  }
  const removed = [...one].filter(([key]) => !other.has(key)).map(([key, value]) => ({ key, value }));
  return { added, removed, changed };
}

function byName(timers: readonly BundleTimer[]): ReadonlyMap<string, JsonValue> {
  return new Map(timers.map(({ name, due, intent, payload }) => [name, { due, intent, payload }]));
}

function idsWithout({ inbox }: Compared, { inbox: others }: Compared): readonly string[] {
  const known = new Set(others.map(({ id, from }) => `${from} ${id}`));
  return inbox.filter(({ id, from }) => !known.has(`${from} ${id}`)).map(({ id }) => id);
}

function isSameVersion(one: BundleVersion, other: BundleVersion): boolean {
  return one.semver === other.semver && one.code === other.code;
}
