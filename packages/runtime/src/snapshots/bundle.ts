/**
 * A snapshot's content: one agent at one point between two messages, as one canonical JSON document.
 *
 * The document carries a checksum over everything else in it, and is stored under the hash of the whole. Reading checks
 * every member, the checksum, and that the text is the canonical one: there is one text for each snapshot, and any
 * other is refused.
 */

import { findUnsafe, isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';
import type { SnapshotEntry } from '../ports/index.ts';
import { canonicalText } from './canonical.ts';
import { sha256 } from './sha256.ts';

export const BUNDLE_FORMAT = 1;
/** Bytes of one snapshot: it is read, hashed and written in one piece. */
export const BUNDLE_BYTES_MAX = 64 * 1024 * 1024;

export interface BundleVersion {
  /** The definition's version. */
  readonly semver: string;
  /** Hash of the definition and the settings, as far as their text can be had. */
  readonly code: string;
}

export interface BundleTimer {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  readonly intent: string;
  readonly payload: JsonValue;
}

/** A durable message that was not finished. */
export interface BundleMessage {
  readonly id: string;
  readonly from: string;
  /** The whole message in its JSON form. */
  readonly message: string;
}

export interface Bundle {
  /** The agent's address, as text. */
  readonly agent: string;
  readonly version: BundleVersion;
  /** Milliseconds since the epoch; later than its parent's. */
  readonly at: number;
  /** The node's. */
  readonly incarnation: number;
  /** The id of the agent's snapshot before this one. */
  readonly parent: string | null;
  /** Parents of kept snapshots that retention has removed: that they are gone is no damage. Sorted. */
  readonly pruned: readonly string[];
  readonly kind: SnapshotEntry['kind'];
  readonly note: string;
  readonly state: ReadonlyMap<string, JsonValue>;
  /** Sorted by name. */
  readonly timers: readonly BundleTimer[];
  /** In the order in which they were accepted. */
  readonly inbox: readonly BundleMessage[];
  /** What the agent ran with. */
  readonly settings: JsonObject;
}

export type DecodedBundle =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly why: string };

/** The snapshot's text as bytes. Its values have passed {@link unfitness}. */
export function encodeBundle(bundle: Bundle): Uint8Array {
  const body = bodyOf(bundle);
  const checksum = sha256(bytesOf(canonicalText(body)));
  return bytesOf(canonicalText({ ...body, checksum }));
}

/** Never throws, whatever the bytes are. */
export function decodeBundle(bytes: Uint8Array): DecodedBundle {
  if (bytes.byteLength > BUNDLE_BYTES_MAX)
    return { ok: false, why: `it has more than ${BUNDLE_BYTES_MAX} bytes` };
  const text = textOf(bytes);
  const value = text === undefined ? undefined : parsed(text);
  if (value === undefined) return { ok: false, why: 'it is not JSON' };
  const bundle = bundleFrom(value);
  if (typeof bundle === 'string') return { ok: false, why: bundle };
  const body = bodyOf(bundle);
  const checksum = sha256(bytesOf(canonicalText(body)));
  if (checksum !== (value as JsonObject).checksum) return { ok: false, why: 'its checksum does not hold' };
  if (canonicalText({ ...body, checksum }) !== text)
    return { ok: false, why: 'it is not written canonically' };
  return { ok: true, bundle };
}

/** Why what an agent keeps cannot stand in a snapshot; undefined when it can. */
export function unfitness({ state, timers }: Pick<Bundle, 'state' | 'timers'>): string | undefined {
  for (const [key, value] of state) {
    const unsafe = findUnsafe(value);
    if (unsafe !== undefined) return `the value of ${key}: ${unsafe.message}`;
  }
  for (const { name, payload } of timers) {
    const unsafe = findUnsafe(payload);
    if (unsafe !== undefined) return `the payload of timer ${name}: ${unsafe.message}`;
  }
  return undefined;
}

export function isSnapshotId(value: unknown): value is string {
  return typeof value === 'string' && /^sha256-[0-9a-f]{64}$/.test(value);
}

function bodyOf(bundle: Bundle): JsonObject {
  const { agent, version, at, incarnation, parent, pruned, kind, note, timers, inbox, settings } = bundle;
  const state: JsonValue = [...bundle.state].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    format: BUNDLE_FORMAT,
    agent,
    version: { ...version },
    at,
    incarnation,
    parent,
    pruned,
    kind,
    note,
    state,
    timers: timers.map((timer) => ({ ...timer })),
    inbox: inbox.map((message) => ({ ...message })),
    settings,
  };
}

const MEMBERS =
  'agent at checksum format inbox incarnation kind note parent pruned settings state timers version'.split(
    ' ',
  );

/** The bundle, or why this is none. */
function bundleFrom(value: JsonValue): Bundle | string {
  if (!isJsonObject(value)) return 'it is no object';
  if (value.format !== BUNDLE_FORMAT) return `its format is not ${BUNDLE_FORMAT}`;
  if (!hasMembers(value, MEMBERS)) return 'its members are not those of a snapshot';
  const { agent, at, incarnation, parent, pruned, kind, note, settings } = value;
  if (!isText(agent)) return 'its agent is no address';
  if (!isCount(at) || !isCount(incarnation)) return 'its time or incarnation is no whole number';
  if (parent !== null && !isSnapshotId(parent)) return 'its parent is no snapshot';
  if (!isList(pruned) || !pruned.every(isSnapshotId)) return 'what was pruned are no snapshots';
  if (!isKind(kind)) return 'its kind is unknown';
  if (!isText(note)) return 'its note is no text';
  if (!isJsonObject(settings) || findUnsafe(settings) !== undefined) return 'its settings are no object';
  const version = versionFrom(value.version);
  const state = stateFrom(value.state);
  const timers = listFrom(value.timers, timerFrom);
  const inbox = listFrom(value.inbox, messageFrom);
  if (version === undefined) return 'its version is none';
  if (state === undefined) return 'its state is none';
  if (timers === undefined || inbox === undefined) return 'its timers or its inbox are none';
  const bundle: Bundle = {
    agent,
    version,
    at,
    incarnation,
    parent,
    pruned,
    kind,
    note,
    state,
    timers,
    inbox,
    settings,
  };
  return unfitness(bundle) ?? bundle;
}

function versionFrom(value: JsonValue | undefined): BundleVersion | undefined {
  if (!isJsonObject(value) || !hasMembers(value, ['code', 'semver'])) return undefined;
  const { semver, code } = value;
  return isText(semver) && isSnapshotId(code) ? { semver, code } : undefined;
}

function stateFrom(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> | undefined {
  if (!isList(value)) return undefined;
  const state = new Map<string, JsonValue>();
  for (const pair of value) {
    if (!isList(pair) || pair.length !== 2) return undefined;
    const [key, kept] = pair;
    if (!isText(key) || kept === undefined) return undefined;
    state.set(key, kept);
  }
  return state;
}

function timerFrom(value: JsonObject): BundleTimer | undefined {
  if (!hasMembers(value, ['due', 'intent', 'name', 'payload'])) return undefined;
  const { name, due, intent, payload } = value;
  if (!isText(name) || typeof due !== 'number' || !isText(intent) || payload === undefined) return undefined;
  return { name, due, intent, payload };
}

function messageFrom(value: JsonObject): BundleMessage | undefined {
  if (!hasMembers(value, ['from', 'id', 'message'])) return undefined;
  const { id, from, message } = value;
  return isText(id) && isText(from) && isText(message) ? { id, from, message } : undefined;
}

function listFrom<T>(
  value: JsonValue | undefined,
  from: (item: JsonObject) => T | undefined,
): readonly T[] | undefined {
  if (!isList(value)) return undefined;
  const items: T[] = [];
  for (const source of value) {
    const item = isJsonObject(source) ? from(source) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function hasMembers(value: JsonObject, names: readonly string[]): boolean {
  const own = Object.keys(value).sort();
  return own.length === names.length && own.every((name, index) => name === names[index]);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isKind(value: JsonValue | undefined): value is Bundle['kind'] {
  return value === 'auto' || value === 'manual' || value === 'rollback';
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Nothing for bytes that are not UTF-8. A byte order mark is no part of a snapshot and stays in. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
