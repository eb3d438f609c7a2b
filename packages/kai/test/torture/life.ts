/** One life of the tortured node: from the start of its process to its end. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromNode, ToNode } from './wire.ts';

const SCRIPT = fileURLToPath(new URL('./node-process.ts', import.meta.url));
/** Characters of what a node says on stderr that are kept. */
const STDERR_MAX = 4_000;

export class Life {
  /** Resolves when it is over and everything it said was heard. */
  readonly over: Promise<void>;
  /** What it said on stderr. */
  complaint = '';
  isOver = false;
  readonly #child: ChildProcess;
  #wasKilled = false;

  constructor(path: string, hear: (message: FromNode) => void) {
    this.#child = fork(SCRIPT, [path], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.complaint = (this.complaint + String(text)).slice(-STDERR_MAX);
    });
    this.#child.on('message', (message) => hear(message as FromNode));
    this.#child.on('error', () => {});
    const ended = Promise.all([once(this.#child, 'close'), once(this.#child, 'disconnect')]);
    this.over = ended.then(() => {
      this.isOver = true;
    });
  }

  /** Whether it ended though nobody killed it or told it to stop. */
  get hasFailed(): boolean {
    return this.isOver && !this.#wasKilled && this.#child.exitCode !== 0;
  }

  tell(message: ToNode): void {
    // It may have died a moment ago.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  kill(): void {
    this.#wasKilled = true;
    this.#child.kill('SIGKILL');
  }
}
