/**
 * How long a folder takes to index, and whether the node answers meanwhile:
 *
 *     node examples/assistant/test/indexing.bench.ts [files] [bytes of each]
 *
 * 1,000 Markdown files of 8 kB unless told otherwise, made of a vocabulary of 20,000 words that occur as words do (Zipf),
 * with the index in SQLite in a temporary folder. Not measured: other formats, and disks slower than this one.
 */

import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { silentLog } from '@kai/runtime/ports';
import { openSqliteIndexes } from '@kai/stores/sqlite';
import { documents } from '../agents/documents/documents.ts';
import { Assistant } from './assistant.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const [files = 1_000, bytes = 8_000] = process.argv.slice(2).map(Number);
const QUESTIONS = 200;

/** The same numbers in each run (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const chance = chanceFrom(1);
const syllables =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru'.split(
    ' ',
  );
const vocabulary = Array.from(
  { length: 20_000 },
  (_, at) =>
    [at, at / 36, at / 1_296].map((part) => syllables[Math.floor(part) % 35]).join('') +
    (at % 7 === 0 ? 's' : ''),
);
const word = () => vocabulary[Math.floor(vocabulary.length ** chance()) - 1] ?? 'ba';

function markdown(title: string): string {
  let text = `# ${title}\n\n`;
  while (text.length < bytes) {
    if (chance() < 0.15) text += `## ${word()} ${word()}\n\n`;
    const sentences = Array.from({ length: 4 }, () => `${Array.from({ length: 14 }, word).join(' ')}.`);
    text += `${sentences.join(' ')}\n\n`;
  }
  return text.slice(0, bytes);
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((one, other) => one - other);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)} ms`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

using folder = new TemporaryFolder();
for (let at = 0; at < files; at += 1) folder.write(`documents/${at % 20}/${at}.md`, markdown(`File ${at}`));
await using indexes = await openSqliteIndexes({ path: join(folder.path, 'index.db'), log: silentLog });

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const began = performance.now();
const settings = { folder: join(folder.path, 'documents') };
await using assistant = await Assistant.start({ agents: [{ definition: documents, settings }], indexes });
const question = () => assistant.ask('documents.ask', { topic: `what is ${word()} ${word()} ${word()}` });
const meanwhile: number[] = [];
for (;;) {
  const { files: read, indexing } = await assistant.ask('documents.status');
  if (indexing === null && read === files) break;
  meanwhile.push(await timed(question));
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const seconds = (performance.now() - began) / 1_000;
delay.disable();
const after: number[] = [];
for (let at = 0; at < QUESTIONS; at += 1) after.push(await timed(question));

console.log(`${files} files of ${bytes} bytes indexed in ${seconds.toFixed(2)} s`);
console.log(
  `event loop delay meanwhile: at most ${(delay.max / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
);
console.log(
  `questions meanwhile: ${meanwhile.length}, p50 ${percentile(meanwhile, 0.5)}, p95 ${percentile(meanwhile, 0.95)}`,
);
console.log(
  `questions afterwards: ${after.length}, p50 ${percentile(after, 0.5)}, p95 ${percentile(after, 0.95)}`,
);
