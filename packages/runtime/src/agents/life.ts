/**
 * The life of a cell.
 *
 *     asleep ──first message──▶ waking ──state read, start() done──▶ awake ──leave()──▶ leaving ──▶ gone
 *                                 └──────start() failed──────▶ failed
 *
 * An agent costs little until it is spoken to: what it keeps is read then. One that could not start stays `failed`
 * until it is registered anew. Leaving always ends: what has not ended in time is left behind, and its writes with it.
 */

import { KaiError } from '@kai/protocol';
import type { Clock } from '../ports/index.ts';
import type { Cell } from './cell.ts';
import { reasonOf, stackOf } from './failure.ts';
import { Work } from './handling.ts';
import type { Kept } from './transaction.ts';

export type CellPhase = 'asleep' | 'waking' | 'awake' | 'failed' | 'leaving' | 'gone';

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

  /** Lets what runs finish for a while, then stops. Idempotent; never rejects. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #wake(): Promise<void> {
    this.phase = 'waking';
    const { surroundings, address, compiled } = this.#cell;
    try {
      const records = await surroundings.store.loadAgent(address.text);
      this.#kept = { state: records.state, timers: surroundings.alarms.of(address.text), epoch: 0 };
      this.#cell.recall(records);
      const { start } = compiled.definition;
      if (start !== undefined) await this.#work(start);
    } catch (error) {
      return this.#failToWake(error);
    }
    this.#hasStarted = true;
    // It may have been told to leave while it woke.
    if (this.phase !== 'waking') return;
    this.phase = 'awake';
    this.#cell.serve();
  }

  #failToWake(error: unknown): void {
    const { log, address, surroundings } = this.#cell;
    const text = `${address.text} could not start: ${reasonOf(error)}`;
    log.error({ error: stackOf(error) }, text);
    this.#cell.lastError = { at: surroundings.clock.now(), code: 'AGENT_FAILED', message: reasonOf(error) };
    if (this.phase !== 'waking') return;
    this.phase = 'failed';
    this.#cell.dropWaiting(new KaiError('UNAVAILABLE', text, { at: address.text }));
  }

  async #leave(): Promise<void> {
    this.phase = 'leaving';
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
    try {
      await this.#holding(() => run(work));
    } finally {
      work.end();
    }
    const { written } = work;
    if (written === undefined || written.isEmpty || this.phase === 'gone') return;
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
