/**
 * The node's side of a database thread: calls by name, answered in order. When the thread dies, whoever waits is
 * refused with `UNAVAILABLE` and is told that the outcome is unknown; every later call is refused too. The file is as
 * its last commit left it.
 */

import { Worker } from 'node:worker_threads';
import { KaiError } from '@kai/protocol';
import type { Log } from '@kai/runtime/ports';
import type { Answer, Calls, Request } from './worker-answer.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: KaiError) => void;
}

export class WorkerCalls<C extends Calls> {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastRef = 0;
  #ended: KaiError | undefined;

  constructor(script: URL, path: string, log: Log) {
    this.#path = path;
    this.#log = log;
    this.#worker = new Worker(script, { name: `database ${path}`, workerData: path });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#end(`its thread failed: ${error}`));
    this.#worker.on('exit', () => this.#end('its thread has ended'));
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  /** Calls arrive in the order in which they are made. @throws KaiError what the thread refused. */
  call<K extends keyof C & string>(name: K, ...args: Parameters<C[K]>): Promise<ReturnType<C[K]>> {
    return this.#request(name, args) as Promise<ReturnType<C[K]>>;
  }

  /** Has the thread close its file and waits until it has ended. */
  async end(): Promise<void> {
    if (this.#ended === undefined) await this.#request('close', []);
    await this.#exited;
  }

  #request(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const ref = ++this.#lastRef;
    const request: Request = { ref, name, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(ref, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #settle(answer: Answer): void {
    if (answer.kind === 'warning') {
      this.#log.warn({ path: this.#path }, answer.message);
      return;
    }
    const waiting = this.#waiting.get(answer.ref);
    this.#waiting.delete(answer.ref);
    if (answer.kind === 'answer') waiting?.resolve(answer.value);
    else waiting?.reject(new KaiError(answer.refusal.code, answer.refusal.message));
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = new KaiError('UNAVAILABLE', `${this.#path} is closed: ${why}`);
    const message = `${this.#ended.message}; it is not known whether what was under way has happened`;
    for (const { reject } of this.#waiting.values()) reject(new KaiError('UNAVAILABLE', message));
    this.#waiting.clear();
  }
}
