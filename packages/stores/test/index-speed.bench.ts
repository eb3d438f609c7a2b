/**
 * Prints how long a text index on disk takes to put 1,000 files of 8 kB, and to search them: at rest, and while
 * the same files are put again. Words are drawn so that few are common and most are rare, as in a language.
 *
 *     node packages/stores/test/index-speed.bench.ts
 */

import { statSync } from 'node:fs';
import { type SourceEntry, silentLog } from '@kai/runtime/ports';
import { openSqliteIndexes } from '../src/sqlite/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FILES = 1_000;
const PASSAGES = 15;
const PASSAGE_CHARS = 540;
const SEARCHES = 300;
const VOCABULARY = 20_000;
const SYLLABLES = 'ka re mi to lu sen dor pa vi ne gra tho bel in ar os'.split(' ');

let seed = 1;
const words = Array.from({ length: VOCABULARY }, (_, n) => spell(n + 17));
const files = Array.from({ length: FILES }, (_, n) => file(n));

await using folder = temporaryFolder();
await using indexes = await openSqliteIndexes({ path: folder.file('index.db'), log: silentLog });
const index = await indexes.open('documents');

const began = performance.now();
await index.put(files);
console.log(`put ${FILES} files:                 ${((performance.now() - began) / 1000).toFixed(2)} s`);
console.log(
  `file:                           ${(statSync(folder.file('index.db')).size / 1e6).toFixed(1)} MB`,
);
await report('search at rest', SEARCHES);

let putting = true;
let lagMs = 0;
const lag = setInterval(watchLag(), 1);
const again = index.put(files).then(() => {
  putting = false;
});
await report('search while putting', Number.POSITIVE_INFINITY);
clearInterval(lag);
await again;
console.log(`longest wait of the event loop: ${lagMs.toFixed(1)} ms`);

async function report(what: string, count: number): Promise<void> {
  const took: number[] = [];
  while (took.length < count && (count !== Number.POSITIVE_INFINITY || putting)) {
    const query = `what do my notes say about ${word()} ${word()} ${word()}`;
    const from = performance.now();
    await index.search(query, { limit: 8 });
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => (took[Math.floor(took.length * share)] ?? Number.NaN).toFixed(1);
  console.log(`${what.padEnd(22)} p50 / p99:  ${at(0.5)} / ${at(0.99)} ms (${took.length} searches)`);
}

function watchLag(): () => void {
  let last = performance.now();
  return () => {
    lagMs = Math.max(lagMs, performance.now() - last - 1);
    last = performance.now();
  };
}

function file(n: number): SourceEntry {
  const source = `notes/${n}.md`;
  const passages = Array.from({ length: PASSAGES }, (_, k) => {
    return { source, place: `line ${k * 12 + 1}`, title: `${word()} ${word()}`, text: text() };
  });
  return { source, version: `v${n}`, passages };
}

function text(): string {
  let made = '';
  while (made.length < PASSAGE_CHARS) made += `${word()} `;
  return made;
}

function word(): string {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
  return words[Math.floor((seed / 0x7fffffff) ** 3 * (VOCABULARY - 1))] ?? '';
}

function spell(n: number): string {
  return n < 16 ? (SYLLABLES[n] ?? '') : `${spell(Math.floor(n / 16))}${SYLLABLES[n % 16]}`;
}
