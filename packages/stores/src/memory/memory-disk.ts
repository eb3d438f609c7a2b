/**
 * What a store in memory writes to. The caller holds it, so that a simulated machine can be stopped and started
 * again. Holds records in the same encoded form as a database, hence hands out copies.
 */

import type { InboxRecord, JournalEntry, Settlement, StepRecord } from '@kai/runtime/ports';
import { type EncodedCommit, type Part, PLACES } from '../records/encoded-commit.ts';
import { decodeEntry } from '../records/journal-text.ts';
import type { Retention } from '../records/retention.ts';
import { Ring } from './ring.ts';

export class MemoryDisk {
  /** Value texts by key, by agent. */
  readonly state = new Map<string, Map<string, string>>();
  /** Timer texts by name, by agent. */
  readonly timers = new Map<string, Map<string, string>>();
  /** Unfinished messages by {@link keyOf} sender and id, by agent; in the order in which they were accepted. */
  readonly inbox = new Map<string, Map<string, InboxRecord>>();
  /** Steps by position, by message, by agent. */
  readonly steps = new Map<string, Map<string, Map<number, StepRecord>>>();
  /** Settlements by sender, by {@link keyOf} agent and message; the oldest message first. */
  readonly settlements = new Map<string, Map<string, Settlement>>();
  readonly journal: Ring<JournalEntry>;
  /** Texts of dead letters with their ids, the oldest first. */
  dead: { readonly id: string; readonly text: string }[] = [];
  readonly retention: Retention;
  incarnation = 0;
  /** Whether a store is open on it: there is at most one. */
  inUse = false;
  #newestAt = Number.NEGATIVE_INFINITY;

  constructor(retention: Retention) {
    this.journal = new Ring(retention.journalMax);
    this.retention = retention;
  }

  /** Entries older than this are no longer shown. */
  get oldestShown(): number {
    return this.#newestAt - this.retention.journalAgeMs;
  }

  /** Cannot fail halfway: whatever could be refused was refused when the commit was encoded. */
  apply(commit: EncodedCommit): void {
    forEach(commit.state, PLACES.state, ([agent, key, value]) => writeNested(this.state, agent, key, value));
    forEach(commit.timers, PLACES.timers, ([agent, name, text]) =>
      writeNested(this.timers, agent, name, text),
    );
    forEach(commit.journal, PLACES.journal, ([, , text]) => this.#addEntry(String(text)));
    if (commit.raised.length > 0) this.dead = this.dead.filter(({ id }) => !commit.raised.includes(id));
    forEach(commit.dead, PLACES.dead, ([id, text]) => this.dead.push({ id: String(id), text: String(text) }));
    forEach(commit.accepted, PLACES.accepted, (parts) => this.#accept(parts));
    forEach(commit.steps, PLACES.steps, (parts) => this.#addStep(parts));
    forEach(commit.settled, PLACES.settled, (parts) => this.#settle(parts));
    this.dead.splice(0, this.dead.length - this.retention.deadMax);
  }

  #addEntry(text: string): void {
    const entry = decodeEntry(text);
    this.#newestAt = Math.max(this.#newestAt, entry.at);
    this.journal.push(entry);
  }

  #accept(parts: readonly Part[]): void {
    const [agent = '', from = '', id = '', message = ''] = parts.map(String);
    if (this.settlements.get(keyOf(agent, id))?.has(from) === true) return;
    setFirst(innerOf(this.inbox, agent), keyOf(from, id), { agent, id, from, message });
  }

  #addStep(parts: readonly Part[]): void {
    const [agent = '', message = '', position = '', name = '', digest = '', result = ''] = parts.map(String);
    if (this.settlements.has(keyOf(agent, message))) return;
    const step = { agent, message, position: Number(position), name, digest, result };
    setFirst(innerOf(innerOf(this.steps, agent), message), step.position, step);
  }

  #settle(parts: readonly Part[]): void {
    const [agent = '', from = '', id = '', at = '', , answer = ''] = parts.map(String);
    const outcome = parts[4] as Settlement['outcome'];
    const bySender = innerOf(this.settlements, keyOf(agent, id));
    setFirst(bySender, from, { agent, from, id, at: Number(at), outcome, answer });
    deleteNested(this.inbox, agent, keyOf(from, id));
    deleteNested(this.steps, agent, id);
    this.#trimSettlements(Number(at));
  }

  #trimSettlements(now: number): void {
    const { settlementsMax, settlementsAgeMs } = this.retention;
    for (const [key, bySender] of this.settlements) {
      const isOld = [...bySender.values()].every(({ at }) => at < now - settlementsAgeMs);
      if (this.settlements.size <= settlementsMax && !isOld) return;
      this.settlements.delete(key);
    }
  }
}

/** One key of two names, which no other two have. */
export function keyOf(first: string, second: string): string {
  return JSON.stringify([first, second]);
}

function forEach(list: readonly Part[], places: number, use: (parts: readonly Part[]) => void): void {
  for (let place = 0; place < list.length; place += places) use(list.slice(place, place + places));
}

function setFirst<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value);
}

function innerOf<A, B, V>(outer: Map<A, Map<B, V>>, key: A): Map<B, V> {
  const inner = outer.get(key) ?? new Map<B, V>();
  outer.set(key, inner);
  return inner;
}

function writeNested(
  outer: Map<string, Map<string, string>>,
  first: Part | undefined,
  second: Part | undefined,
  text: Part | undefined,
): void {
  if (typeof text === 'string') innerOf(outer, String(first)).set(String(second), text);
  else deleteNested(outer, String(first), String(second));
}

/** Leaves no empty map behind. */
function deleteNested<V>(outer: Map<string, Map<string, V>>, first: string, second: string): void {
  const inner = outer.get(first);
  inner?.delete(second);
  if (inner?.size === 0) outer.delete(first);
}
