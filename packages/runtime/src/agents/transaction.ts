/**
 * What one handling of a message changes: state and timers, collected and committed together.
 *
 * Reads see the transaction's own writes over what is kept. After it has ended every write is refused, so that a
 * callback that outlives its handler cannot change state that nobody commits.
 *
 * Its writes are visible to the next handler as soon as it has ended, before they are on disk; when the disk refuses
 * them they are undone, and a transaction that may have read them is stale and refused, too.
 */

import { type JsonValue, KaiError, type Message } from '@kai/protocol';
import type { StateWrite, TimerCancel, TimerRecord } from '../ports/index.ts';
import { type AgentState, STATE_KEYS_MAX, type Timers } from './context.ts';

/** Timers that one agent may have. */
export const TIMERS_MAX = 10_000;
/** Durable messages that one handler sends. */
export const OUTGOING_MAX = 1_000;

/** What an agent keeps. */
export interface Kept {
  readonly state: Map<string, JsonValue>;
  readonly timers: Map<string, TimerRecord>;
  /** Grows whenever something that was visible is undone. */
  epoch: number;
}

export class Transaction implements AgentState {
  readonly #agent: string;
  readonly #kept: Kept;
  readonly #writes = new Map<string, JsonValue | undefined>();
  readonly #timerWrites = new Map<string, TimerRecord | TimerCancel>();
  readonly #epoch: number;
  readonly #undo: (() => void)[] = [];
  readonly #outgoing: Message[] = [];
  #open = true;
  /** Keys and timers that it adds, less those that it removes. */
  #keysAdded = 0;
  #timersAdded = 0;
  /** Set, list and cancel timers as part of this transaction. */
  readonly timers: Timers;

  constructor(agent: string, kept: Kept) {
    this.#agent = agent;
    this.#kept = kept;
    this.#epoch = kept.epoch;
    this.timers = {
      set: (timer) => this.#setTimer({ ...timer, agent }),
      cancel: (name) => this.#cancelTimer(name),
      list: () => this.#listTimers(),
    };
  }

  get isEmpty(): boolean {
    return this.#writes.size === 0 && this.#timerWrites.size === 0 && this.#outgoing.length === 0;
  }

  /** Messages that leave when it is on disk. */
  get outgoing(): readonly Message[] {
    return this.#outgoing;
  }

  /** Whether it may have read what was undone meanwhile. */
  get isStale(): boolean {
    return this.#epoch !== this.#kept.epoch;
  }

  get stateWrites(): readonly StateWrite[] {
    return Array.from(this.#writes, ([key, value]) => ({ agent: this.#agent, key, value }));
  }

  get timerWrites(): readonly (TimerRecord | TimerCancel)[] {
    return [...this.#timerWrites.values()];
  }

  /** Ends it: no more writes. */
  close(): void {
    this.#open = false;
  }

  /** Makes the writes visible to the next one. */
  apply(): void {
    for (const [key, value] of this.#writes) this.#put(this.#kept.state, key, value);
    for (const [name, write] of this.#timerWrites) {
      this.#put(this.#kept.timers, name, write.due === undefined ? undefined : write);
    }
  }

  /** Takes back what {@link apply} did. Call in the reverse order of applying. */
  undo(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#kept.epoch += 1;
  }

  /** Lets a message leave together with what is written, or not at all. */
  send(message: Message): void {
    this.#refuseClosed('a message');
    if (this.#outgoing.length >= OUTGOING_MAX) {
      throw new KaiError('OVERLOADED', `a handler sends at most ${OUTGOING_MAX} durable messages`, {
        at: this.#agent,
      });
    }
    this.#outgoing.push(message);
  }

  /** Removes a timer that has done its work, unless the handler has set it anew. */
  consume(timer: string): void {
    if (!this.#timerWrites.has(timer)) {
      this.#timerWrites.set(timer, { agent: this.#agent, name: timer, due: undefined });
    }
  }

  get(key: string): JsonValue | undefined {
    return this.#writes.has(key) ? this.#writes.get(key) : this.#kept.state.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: JsonValue): void {
    this.#refuseClosed('state');
    if (!this.has(key)) {
      if (this.#kept.state.size + this.#keysAdded >= STATE_KEYS_MAX) {
        throw new KaiError('OVERLOADED', `an agent keeps at most ${STATE_KEYS_MAX} keys`, {
          at: this.#agent,
        });
      }
      this.#keysAdded += 1;
    }
    this.#writes.set(key, value);
  }

  delete(key: string): void {
    this.#refuseClosed('state');
    if (!this.has(key)) return;
    this.#keysAdded -= 1;
    this.#writes.set(key, undefined);
  }

  *entries(prefix = ''): IterableIterator<[string, JsonValue]> {
    for (const key of this.#kept.state.keys()) {
      const value = key.startsWith(prefix) ? this.get(key) : undefined;
      if (value !== undefined) yield [key, value];
    }
    for (const [key, value] of this.#writes) {
      if (value !== undefined && key.startsWith(prefix) && !this.#kept.state.has(key)) yield [key, value];
    }
  }

  #put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
    const before = map.get(key);
    this.#undo.push(() => {
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    });
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }

  #setTimer(timer: TimerRecord): void {
    this.#refuseClosed('a timer');
    if (!Number.isFinite(timer.due))
      throw new TypeError(`timer ${timer.name}: due is milliseconds since the epoch`);
    if (!this.#hasTimer(timer.name)) {
      if (this.#kept.timers.size + this.#timersAdded >= TIMERS_MAX) {
        throw new KaiError('OVERLOADED', `an agent has at most ${TIMERS_MAX} timers`, { at: this.#agent });
      }
      this.#timersAdded += 1;
    }
    this.#timerWrites.set(timer.name, timer);
  }

  #cancelTimer(name: string): void {
    this.#refuseClosed('a timer');
    if (!this.#hasTimer(name)) return;
    this.#timersAdded -= 1;
    this.#timerWrites.set(name, { agent: this.#agent, name, due: undefined });
  }

  #hasTimer(name: string): boolean {
    const written = this.#timerWrites.get(name);
    return written === undefined ? this.#kept.timers.has(name) : written.due !== undefined;
  }

  #listTimers(): readonly TimerRecord[] {
    const committed = [...this.#kept.timers.values()].filter(({ name }) => !this.#timerWrites.has(name));
    const set = [...this.#timerWrites.values()].filter(
      (write): write is TimerRecord => write.due !== undefined,
    );
    return [...committed, ...set].sort((one, other) => one.due - other.due);
  }

  #refuseClosed(what: string): void {
    if (this.#open) return;
    throw new KaiError('CONFLICT', `${what} is written while a message is handled; this handling has ended`, {
      at: this.#agent,
    });
  }
}
