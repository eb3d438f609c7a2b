/**
 * The life of a cell.
 *
 *     asleep ──first message──▶ waking ──state read, start() done──▶ awake ──leave()──▶ leaving ──▶ gone
 *                                 ▲ └─failed─▶ restarting ◀─too many handlers never end─┘
 *                                 └──after a while──┘ └──too often──▶ failed ──first message after a while──▶ waking
 *
 * An agent costs little until it is spoken to: what it keeps is read then. While it is restarting its messages wait; once it
 * is given up they are refused, and what stands in its inbox on disk stays there. Leaving always ends: what has not
 * ended in time is left behind, and its writes with it.
 *
 * For a snapshot an agent is `still` for a moment: awake, but nothing begins. For a rollback it is stopped and wakes anew.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Timer } from '../ports/index.ts';
import { afterFailure, recentOf } from '../supervision/supervision.ts';
import type { Cell } from './cell.ts';
import { reasonOf, stackOf } from './failure.ts';
import { Work } from './handling.ts';
import { unavailable } from './refusal.ts';
import type { Kept } from './transaction.ts';

export type CellPhase =
  | 'asleep'
  | 'waking'
  | 'awake'
  | 'still'
  | 'restarting'
  | 'failed'
  | 'leaving'
  | 'gone';

/** How long running handlers have when an agent leaves, and after them its `stop`. */
const LEAVE_MS = 5_000;

export class CellLife {
  phase: CellPhase = 'asleep';
  readonly #cell: Cell;
  #kept: Kept | undefined = undefined;
  #lifetime: AbortController | undefined = undefined;
  #waking: Promise<void> | undefined = undefined;
  #leaving: Promise<void> | undefined = undefined;
  #hasStarted = false;
  /** Monotonic times of the failures that still count. */
  #failures: readonly number[] = [];
  #restart: Timer | undefined = undefined;
  /** Monotonic time at which one that was given up may be tried again. */
  #deadUntil = 0;

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  /** Aborts when the agent has stopped. */
  get signal(): AbortSignal {
    this.#lifetime ??= new AbortController();
    return this.#lifetime.signal;
  }

  /** What the agent keeps. @throws KaiError `UNAVAILABLE` while it is not awake. */
  kept(): Kept {
    if (this.#kept === undefined) {
      throw new KaiError('UNAVAILABLE', `${this.#cell.address.text} is not awake`);
    }
    return this.#kept;
  }

  wake(): void {
    if (this.phase === 'asleep') this.#waking = this.#wake();
  }

  /** Wakes it if it sleeps; resolves once it is awake, or has failed to wake. */
  async ready(): Promise<void> {
    this.wake();
    await this.#waking;
  }

  /** Nothing begins until {@link goOn}. */
  holdBack(): void {
    if (this.phase === 'awake') this.phase = 'still';
  }

  goOn(): void {
    if (this.phase !== 'still') return;
    this.phase = 'awake';
    this.#cell.resumed();
  }

  /** Stops it, has what it keeps on disk changed, and starts it with that; also after the change was refused. */
  async renew(change: () => Promise<void>): Promise<void> {
    // What waits in memory is not read from the inbox again.
    const isNew = this.phase !== 'still';
    this.phase = 'waking';
    this.#restart?.cancel();
    const renewing = this.#renew(change, isNew);
    this.#waking = renewing.catch(() => {});
    await renewing;
  }

  async #renew(change: () => Promise<void>, isNew: boolean): Promise<void> {
    const { clock } = this.#cell.surroundings;
    if (this.#hasStarted) await inTime(clock, this.#stop());
    this.#hasStarted = false;
    const { text } = this.#cell.address;
    this.#lifetime?.abort(new KaiError('UNAVAILABLE', `${text} starts anew`, { at: text }));
    this.#lifetime = undefined;
    // What a stop that is late still writes has read what is not true any more.
    if (this.#kept !== undefined) this.#kept.epoch += 1;
    this.#kept = undefined;
    try {
      if (this.phase === 'waking') await change();
    } finally {
      if (this.phase === 'waking') await this.#wake(isNew);
    }
  }

  /** Whether it fails again and again, and is tried again after a while. */
  get isFailing(): boolean {
    return this.phase === 'restarting' && this.#failures.length > 1;
  }

  /** Whether it was given up and is not to be tried again yet; when its time has come it may be woken. */
  get isDead(): boolean {
    if (this.phase !== 'failed') return false;
    if (this.#cell.surroundings.clock.monotonic() < this.#deadUntil) return true;
    this.phase = 'asleep';
    return false;
  }

  /** It failed as a whole while it was awake: it is stopped and started anew. */
  async fail(reason: string): Promise<void> {
    if (this.phase !== 'awake') return;
    this.phase = 'restarting';
    const failed = new KaiError('UNAVAILABLE', reason, { at: this.#cell.address.text });
    this.#cell.abandonRunning(failed);
    await inTime(this.#cell.surroundings.clock, this.#cell.quiet());
    await inTime(this.#cell.surroundings.clock, this.#stop());
    this.#hasStarted = false;
    // What still runs has read what may not be true any more.
    if (this.#kept !== undefined) this.#kept.epoch += 1;
    this.#kept = undefined;
    if (this.phase === 'restarting') this.#judge(failed);
  }

  /** Lets what runs finish for a while, then stops. Idempotent; never rejects. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #wake(isNew = true): Promise<void> {
    this.phase = 'waking';
    const { surroundings, address, compiled } = this.#cell;
    try {
      const records = await surroundings.store.loadAgent(address.text);
      this.#kept = { state: records.state, timers: surroundings.alarms.of(address.text), epoch: 0 };
      if (isNew) this.#cell.recall(records);
      const { start } = compiled.definition;
      if (start !== undefined) await this.#work(start);
    } catch (error) {
      return this.#failToWake(error);
    }
    this.#hasStarted = true;
    // It may have been told to leave while it woke.
    if (this.phase !== 'waking') return;
    this.phase = 'awake';
    this.#cell.awoke();
  }

  #failToWake(error: unknown): void {
    this.#cell.log.error(
      { error: stackOf(error) },
      `${this.#cell.address.text} could not start: ${reasonOf(error)}`,
    );
    this.#kept = undefined;
    if (this.phase === 'waking') this.#judge(error);
  }

  /** Lets its supervision decide how it goes on after a failure. */
  #judge(error: unknown): void {
    const { surroundings, compiled, address, log } = this.#cell;
    const { clock } = surroundings;
    const now = clock.monotonic();
    this.#cell.lastError = { at: clock.now(), code: 'AGENT_FAILED', message: reasonOf(error) };
    const verdict = afterFailure(compiled.supervision, this.#failures, now);
    this.#failures = [...recentOf(compiled.supervision, this.#failures, now), now];
    if (verdict.kind === 'restart') {
      this.phase = 'restarting';
      // Once is bad luck; more often, whoever waits is told why.
      if (this.#failures.length > 1)
        this.#cell.dropWaiting(unavailable(address.text, `cannot start: ${reasonOf(error)}`));
      this.#restart = clock.after(verdict.afterMs, () => this.#again());
      return;
    }
    this.phase = 'failed';
    this.#deadUntil = verdict.untilMs;
    this.#failures = [];
    const text = `${address.text} is given up, ${verdict.why}: ${reasonOf(error)}`;
    log.error({ failures: this.#failures.length }, text);
    this.#cell.dropWaiting(new KaiError('UNAVAILABLE', text, { at: address.text }));
  }

  #again(): void {
    if (this.phase !== 'restarting') return;
    this.phase = 'asleep';
    this.wake();
  }

  async #leave(): Promise<void> {
    this.phase = 'leaving';
    this.#restart?.cancel();
    const { address, surroundings } = this.#cell;
    const gone = new KaiError('UNAVAILABLE', `${address.text} is leaving`, { at: address.text });
    this.#cell.dropWaiting(gone);
    await inTime(surroundings.clock, Promise.all([this.#waking, this.#cell.quiet()]));
    this.#cell.abandonRunning(gone);
    if (this.#hasStarted) await inTime(surroundings.clock, this.#stop());
    this.phase = 'gone';
    this.#lifetime?.abort(gone);
    surroundings.alarms.disarm(address.text);
    this.#cell.forgetNumber();
  }

  async #stop(): Promise<void> {
    const { compiled, log } = this.#cell;
    const { stop } = compiled.definition;
    if (stop === undefined) return;
    try {
      await this.#work(stop);
    } catch (error) {
      log.error({ error: stackOf(error) }, 'stop failed');
    }
  }

  /** Runs `start` or `stop` and commits what it wrote. */
  async #work(run: (work: Work) => void | Promise<void>): Promise<void> {
    const work = new Work(this.#cell);
    const kept = this.#kept;
    try {
      await this.#holding(() => run(work));
    } finally {
      work.end();
    }
    const { written } = work;
    if (written === undefined || written.isEmpty || this.phase === 'gone') return;
    if (this.#kept !== kept) return;
    const timers = written.timerWrites;
    await this.#cell.surroundings.store.commit({ state: written.stateWrites, timers });
    written.apply();
    this.#cell.surroundings.alarms.changed(timers);
  }

  /** Runs a synchronous stretch with the thread in the agent's name. */
  #holding<T>(run: () => T): T {
    const before = this.#cell.hold();
    try {
      return run();
    } finally {
      this.#cell.release(before);
    }
  }
}

/** Resolves when `work` has ended or its time is over. `work` must not reject. */
function inTime(clock: Clock, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(LEAVE_MS, resolve);
    void work.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
