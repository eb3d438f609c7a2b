/**
 * Agents' timers: kept on disk, fired on time, and after a start those that fell due meanwhile.
 *
 * A timer is removed in the transaction of the handler that it woke, so it fires again when the process dies in
 * between. A handler that fails gets it again after a while, three times in all; then it is a dead letter.
 *
 * One clock timer serves all of them, and looks at the wall clock at least every {@link LOOK_EVERY_MS}: a device that
 * slept, or whose clock was set, is late by that much at most.
 */

import type { Clock, Log, Timer, TimerCancel, TimerRecord } from '../ports/index.ts';
import { Heap } from './heap.ts';

/** Waits before a failed timer fires again, in milliseconds. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 10_000, 60_000];
/** Cancelled timers that may wait for their time among the others before they are cleared away. */
const CANCELLED_MAX = 1024;
/** The longest wait between two looks at the wall clock. */
const LOOK_EVERY_MS = 15_000;

export interface AlarmTarget {
  /** Hands a timer to its agent. Resolves once it is handled for good, rejects when that failed. */
  fire(timer: TimerRecord): Promise<void>;
  /** It failed for good. */
  giveUp(timer: TimerRecord, error: unknown): void;
}

interface Armed {
  readonly record: TimerRecord;
  /** Wall time at which to fire next. */
  readonly at: number;
  readonly attempts: number;
  cancelled: boolean;
  /** Not fired yet. */
  isUpcoming: boolean;
}

export class Alarms {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #target: AlarmTarget;
  /** What is kept, also for agents that are not here (yet). */
  readonly #kept = new Map<string, Map<string, TimerRecord>>();
  readonly #armed = new Map<string, Map<string, Armed>>();
  readonly #upcoming = new Heap<Armed>((one, other) => one.at < other.at);
  #timer: Timer | undefined = undefined;
  /** Cancelled ones among the upcoming. */
  #cancelled = 0;

  constructor(clock: Clock, log: Log, target: AlarmTarget) {
    this.#clock = clock;
    this.#log = log;
    this.#target = target;
  }

  /** Takes in what the store kept. */
  load(records: readonly TimerRecord[]): void {
    for (const record of records) this.of(record.agent).set(record.name, record);
  }

  /** The committed timers of an agent; its transactions change this map, then call {@link changed}. */
  of(agent: string): Map<string, TimerRecord> {
    const kept = this.#kept.get(agent) ?? new Map<string, TimerRecord>();
    this.#kept.set(agent, kept);
    return kept;
  }

  /** Whether an agent that is not active has a timer to be woken for. */
  has(agent: string): boolean {
    return (this.#kept.get(agent)?.size ?? 0) > 0;
  }

  /** The agent is here: its timers run from now on. */
  arm(agent: string): void {
    for (const record of this.#kept.get(agent)?.values() ?? []) this.#set(record, record.due, 0);
    this.#look();
  }

  /** The agent has gone: its timers wait for its return. */
  disarm(agent: string): void {
    for (const { record } of [...(this.#armed.get(agent)?.values() ?? [])]) this.#cancel(agent, record.name);
    this.#armed.delete(agent);
    if (this.#kept.get(agent)?.size === 0) this.#kept.delete(agent);
  }

  changed(writes: readonly (TimerRecord | TimerCancel)[]): void {
    for (const write of writes) {
      this.#cancel(write.agent, write.name);
      if (write.due !== undefined) this.#set(write, write.due, 0);
    }
    this.#look();
  }

  close(): void {
    this.#timer?.cancel();
    for (const agent of [...this.#armed.keys()]) this.disarm(agent);
  }

  #set(record: TimerRecord, at: number, attempts: number): void {
    const armed: Armed = { record, at, attempts, cancelled: false, isUpcoming: true };
    const byName = this.#armed.get(record.agent) ?? new Map<string, Armed>();
    this.#armed.set(record.agent, byName.set(record.name, armed));
    this.#upcoming.push(armed);
  }

  #cancel(agent: string, name: string): void {
    const armed = this.#armed.get(agent)?.get(name);
    if (armed === undefined) return;
    armed.cancelled = true;
    this.#armed.get(agent)?.delete(name);
    if (armed.isUpcoming) this.#clearAway();
  }

  /** A timer that is set anew again and again must not leave its past behind. */
  #clearAway(): void {
    this.#cancelled += 1;
    if (this.#cancelled <= CANCELLED_MAX || this.#cancelled * 2 <= this.#upcoming.size) return;
    this.#upcoming.retain(({ cancelled }) => !cancelled);
    this.#cancelled = 0;
  }

  /** Fires what is due and sets the clock for what comes next. */
  #look(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let next = this.#upcoming.peek(); next !== undefined; next = this.#upcoming.peek()) {
      if (!next.cancelled && next.at > now) {
        this.#timer = this.#clock.after(Math.min(next.at - now, LOOK_EVERY_MS), () => this.#look());
        return;
      }
      this.#upcoming.pop();
      next.isUpcoming = false;
      if (next.cancelled) this.#cancelled -= 1;
      else this.#fire(next);
    }
  }

  #fire(armed: Armed): void {
    this.#target.fire(armed.record).catch((error: unknown) => this.#retry(armed, error));
  }

  #retry(armed: Armed, error: unknown): void {
    // The agent left, or set or cancelled it meanwhile.
    if (armed.cancelled) return;
    const { record, attempts } = armed;
    const fields = { agent: record.agent, timer: record.name, attempt: attempts + 1, error: String(error) };
    this.#log.warn(fields, 'a timer failed');
    this.#cancel(record.agent, record.name);
    const wait = RETRY_AFTER_MS[attempts];
    if (wait === undefined) {
      this.#kept.get(record.agent)?.delete(record.name);
      this.#target.giveUp(record, error);
    } else {
      this.#set(record, this.#clock.now() + wait, attempts + 1);
      this.#look();
    }
  }
}
