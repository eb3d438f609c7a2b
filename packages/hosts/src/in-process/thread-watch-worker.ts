/** The side of the thread watch that runs while the node's thread cannot. */

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { BEAT, type Freed, HOLDER, LAST } from './thread-watch.ts';

interface Start {
  readonly shared: Int32Array;
  readonly blockedAfterMs: number;
  readonly descriptor: number;
}

const { shared, blockedAfterMs, descriptor } = workerData as Start;
const LOOK_MS = 50;
const names = new Map<number, string>();
let beat = Atomics.load(shared, BEAT);
let beatAt = performance.now();
let blocking = 0;
let isBlocked = false;
let isAfterAwait = false;

parentPort?.on('message', ({ number, name }: { number: number; name: string | undefined }) => {
  if (name === undefined) names.delete(number);
  else names.set(number, name);
});

setInterval(() => {
  const now = performance.now();
  const current = Atomics.load(shared, BEAT);
  if (current !== beat) {
    if (isBlocked)
      parentPort?.postMessage({ holder: blocking, blockedMs: Math.round(now - beatAt) } satisfies Freed);
    isBlocked = false;
    beat = current;
    beatAt = now;
  } else if (!isBlocked && now - beatAt > blockedAfterMs) {
    isBlocked = true;
    isAfterAwait = Atomics.load(shared, HOLDER) === 0;
    blocking = Atomics.load(shared, LAST);
    report(Math.round(now - beatAt));
  }
}, LOOK_MS);

function report(blockedMs: number): void {
  const name = names.get(blocking) ?? 'something that is no agent';
  // What goes on after an await has the thread without saying so.
  const who = isAfterAwait ? `code after an await, most likely of ${name},` : name;
  try {
    writeSync(
      descriptor,
      `kai: ${who} blocks the node's thread, for ${blockedMs} ms so far; nothing else is served\n`,
    );
  } catch {
    // Nobody reads it: the log has it once the thread is free.
  }
}
