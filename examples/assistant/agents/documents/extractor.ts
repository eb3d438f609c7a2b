/**
 * The thread that takes files apart, seen from the node: one file at a time, each with a deadline and a share of
 * memory. A file that makes the thread hang, crash or eat memory is skipped with a reason; the next one gets a
 * new thread.
 *
 * Trap: the memory of decoded pictures and streams lies outside the thread's heap, where no limit of the engine
 * reaches; so it is looked at from here, now and then.
 */

import { Worker } from 'node:worker_threads';
import type { Clock, Passage } from 'kai';
import { KaiError } from 'kai';

export interface ExtractRequest {
  readonly want: 'passages' | 'text';
  /** Where the file is. */
  readonly path: string;
  /** What it is called in answers: its path within the folder. */
  readonly source: string;
  readonly bytesMax: number;
}

export type Outcome =
  | { readonly kind: 'passages'; readonly passages: readonly Passage[] }
  | { readonly kind: 'text'; readonly title: string; readonly text: string; readonly lines: number }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** There is no such file any more. */
  | { readonly kind: 'gone' };

/** What the thread says: that it is there, then one outcome for each request. */
export type ExtractAnswer = { readonly kind: 'ready' } | Outcome;

export interface ExtractorOptions {
  readonly clock: Clock;
  /** Milliseconds that one file may take; default {@link FILE_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Megabytes that the thread may hold; default {@link MEMORY_MB}. */
  readonly memoryMb?: number;
  /** The thread's module, for tests. */
  readonly worker?: URL;
}

/** How long one file may take before it is given up, in milliseconds. */
export const FILE_TIMEOUT_MS = 20_000;
/** What the thread may hold, in megabytes: its heap, and as much again outside of it. */
export const MEMORY_MB = 512;
/** How often the thread's memory is looked at while it works, in milliseconds. */
const WATCH_MS = 250;

interface Waiting {
  readonly request: ExtractRequest;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

export class Extractor implements AsyncDisposable {
  readonly #options: Required<ExtractorOptions>;
  readonly #queue: Waiting[] = [];
  #worker: Worker | undefined;
  #isReady = false;
  #running: Waiting | undefined;
  #stopWatching: () => void = () => {};
  #closed = false;

  constructor({ clock, timeoutMs, memoryMb, worker }: ExtractorOptions) {
    this.#options = {
      clock,
      timeoutMs: timeoutMs ?? FILE_TIMEOUT_MS,
      memoryMb: memoryMb ?? MEMORY_MB,
      worker: worker ?? new URL('./extract-worker.ts', import.meta.url),
    };
  }

  /** @throws KaiError `UNAVAILABLE` when the extractor is closed, or no thread can be started. */
  extract(request: ExtractRequest): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    if (this.#closed) reject(closed());
    else {
      this.#queue.push({ request, resolve, reject });
      this.#next();
    }
    return promise;
  }

  /** Nothing is read any more; what waits is refused. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const worker = this.#forget();
    for (const waiting of this.#takeAll()) waiting.reject(closed());
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#queue.length === 0) return;
    this.#worker ??= this.#start();
    if (!this.#isReady) return;
    this.#running = this.#queue.shift() as Waiting;
    this.#watch(this.#worker);
    this.#worker.postMessage(this.#running.request);
  }

  #start(): Worker {
    const { worker: module, memoryMb } = this.#options;
    const worker = new Worker(module, {
      name: 'document extractor',
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
    // Libraries complain about damaged files on the console; that belongs to nobody's screen.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (answer: ExtractAnswer) => this.#hear(worker, answer));
    worker.on('error', (error: unknown) => this.#lose(worker, reasonOf(error)));
    worker.on('exit', () => this.#lose(worker, 'it made the reader stop'));
    return worker;
  }

  #hear(worker: Worker, answer: ExtractAnswer): void {
    if (worker !== this.#worker) return;
    if (answer.kind === 'ready') this.#isReady = true;
    else this.#settle(answer);
    this.#next();
  }

  #settle(outcome: Outcome): void {
    const running = this.#running;
    this.#running = undefined;
    this.#stopWatching();
    running?.resolve(outcome);
  }

  /** The thread has ended, or shall: the file that it was at is skipped. */
  #lose(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    const wasReady = this.#isReady;
    this.#forget();
    void worker.terminate();
    if (wasReady) {
      this.#settle({ kind: 'skipped', reason });
      this.#next();
      return;
    }
    const error = new KaiError('UNAVAILABLE', `the reader of documents cannot be started: ${reason}`);
    for (const waiting of this.#takeAll()) waiting.reject(error);
  }

  #forget(): Worker | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#isReady = false;
    this.#stopWatching();
    return worker;
  }

  #takeAll(): readonly Waiting[] {
    const running = this.#running === undefined ? [] : [this.#running];
    this.#running = undefined;
    return [...running, ...this.#queue.splice(0)];
  }

  #watch(worker: Worker): void {
    const { clock, timeoutMs } = this.#options;
    let watching = true;
    const deadline = clock.after(timeoutMs, () => {
      this.#lose(worker, `reading it took longer than ${timeoutMs / 1_000} seconds`);
    });
    let look = clock.after(WATCH_MS, () => void weigh());
    const weigh = async () => {
      const isTooMuch = await this.#isTooHeavy(worker);
      if (!watching) return;
      if (isTooMuch) this.#lose(worker, 'it needs too much memory');
      else look = clock.after(WATCH_MS, () => void weigh());
    };
    this.#stopWatching = () => {
      watching = false;
      deadline.cancel();
      look.cancel();
    };
  }

  async #isTooHeavy(worker: Worker): Promise<boolean> {
    try {
      const { external_memory: outside } = await worker.getHeapStatistics();
      return outside > this.#options.memoryMb * 1_048_576;
    } catch {
      // It has just ended, which is told elsewhere.
      return false;
    }
  }
}

function closed(): KaiError {
  return new KaiError('UNAVAILABLE', 'the reader of documents is closed');
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it needs too much memory' : 'it made the reader fail';
}
