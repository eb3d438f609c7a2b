/**
 * Watches the node's thread from outside and names the agent that blocks it.
 *
 * The node's thread writes two numbers to shared memory: a beat, and who has the thread or had it last. A worker looks at
 * them; when the beat stands still it reports the holder at once, on standard error, because the blocked thread
 * itself can report nothing until it is free again. It cannot end the handler: an agent that must be stopped by force
 * belongs into a child process.
 */

import { Worker } from 'node:worker_threads';
import type { Log, Occupancy } from '@kai/runtime/ports';

/** How long the thread may stand still before its holder is named. */
export const BLOCKED_AFTER_MS = 500;
const BEAT_MS = 100;

export interface ThreadWatchOptions {
  /** Tells, once the thread is free again, who held it and for how long. */
  readonly log: Log;
  /** Default {@link BLOCKED_AFTER_MS}. */
  readonly blockedAfterMs?: number;
  /** Where the worker writes its line while the thread is blocked; default standard error. */
  readonly descriptor?: number;
}

export interface ThreadWatch extends Occupancy, AsyncDisposable {
  /** Who has blocked the thread so far: names, how often, and the longest time. */
  readonly blockers: ReadonlyMap<string, { readonly times: number; readonly longestMs: number }>;
}

/** What the worker tells when the thread is free again. */
export interface Freed {
  readonly holder: number;
  readonly blockedMs: number;
}

/** Places in the shared memory. */
export const BEAT = 0;
export const HOLDER = 1;
export const LAST = 2;

export function openThreadWatch(options: ThreadWatchOptions): ThreadWatch {
  return new WatchedThread(options);
}

/** Agents that have blocked and are remembered. */
const BLOCKERS_MAX = 100;

class WatchedThread implements ThreadWatch {
  readonly blockers = new Map<string, { times: number; longestMs: number }>();
  readonly #shared = new Int32Array(new SharedArrayBuffer(12));
  readonly #names = new Map<number, string>();
  readonly #log: Log;
  readonly #worker: Worker;
  readonly #beating: NodeJS.Timeout;
  #last = 0;

  constructor({ log, blockedAfterMs = BLOCKED_AFTER_MS, descriptor = 2 }: ThreadWatchOptions) {
    this.#log = log;
    this.#worker = new Worker(new URL('./thread-watch-worker.ts', import.meta.url), {
      workerData: { shared: this.#shared, blockedAfterMs, descriptor },
    });
    this.#worker.on('message', (freed: Freed) => this.#note(freed));
    this.#worker.on('error', (error) => log.error({ error: String(error) }, 'the thread watch has failed'));
    this.#worker.unref();
    this.#beating = setInterval(() => Atomics.add(this.#shared, BEAT, 1), BEAT_MS);
    this.#beating.unref();
  }

  admit(agent: string): number {
    this.#last += 1;
    this.#names.set(this.#last, agent);
    // Told when the agent first works, not when it is registered: most agents of a large node are idle.
    this.#worker.postMessage({ number: this.#last, name: agent });
    return this.#last;
  }

  hold(agent: number): void {
    this.#shared[HOLDER] = agent;
    if (agent !== 0) this.#shared[LAST] = agent;
  }

  forget(agent: number): void {
    this.#names.delete(agent);
    this.#worker.postMessage({ number: agent, name: undefined });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beating);
    await this.#worker.terminate();
  }

  #note({ holder, blockedMs }: Freed): void {
    const name = this.#names.get(holder);
    if (name === undefined) return this.#log.warn({ blockedMs }, 'the thread was blocked, by no agent');
    this.#log.warn({ agent: name, blockedMs }, 'an agent blocked the thread');
    const known = this.blockers.get(name) ?? { times: 0, longestMs: 0 };
    if (this.blockers.size >= BLOCKERS_MAX && known.times === 0) return;
    this.blockers.set(name, { times: known.times + 1, longestMs: Math.max(known.longestMs, blockedMs) });
  }
}
