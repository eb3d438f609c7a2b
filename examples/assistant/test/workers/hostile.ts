/** A reader that misbehaves as the file's name asks for: in place of files that make a real one do so. */

import { parentPort } from 'node:worker_threads';

const held: Uint8Array[] = [];
const objects: unknown[] = [];

parentPort?.on('message', ({ source }: { source: string }) => {
  if (source.startsWith('hang')) for (;;);
  if (source.startsWith('exit')) process.exit(3);
  if (source.startsWith('throw')) throw new Error('a bug in the reader');
  if (source.startsWith('heap')) for (;;) objects.push(Array.from({ length: 10_000 }, () => ({})));
  if (source.startsWith('buffers')) for (;;) grow();
  parentPort?.postMessage({ kind: 'text', title: source, text: '', lines: 1 });
});
parentPort?.postMessage({ kind: 'ready' });

/** Memory outside of the heap, where the engine's limits do not reach. */
function grow(): void {
  if (held.length < 60) held.push(new Uint8Array(4_000_000).fill(1));
}
