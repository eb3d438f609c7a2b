/**
 * Documents that nobody wrote: Markdown files whose words are spread as in a language (the n-th most frequent word is
 * about n times rarer than the first). The same seed gives the same bytes.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const WORDS = 20_000;

const SYLLABLES = [
  'ba',
  'ke',
  'li',
  'mo',
  'nu',
  'ra',
  'se',
  'ti',
  'vo',
  'zu',
  'dal',
  'fer',
  'gin',
  'hop',
  'jun',
  'wes',
];
const WORDS_PER_PARAGRAPH = 60;
const PARAGRAPHS_PER_SECTION = 3;

/** A source of numbers from 0 up to, but without, 1. */
export type Chance = () => number;

/** Mulberry32: small, fast, good enough for text. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The word of a rank, 0 the most frequent: no two ranks have the same one. */
export function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 1; rest > 0; rest = Math.floor((rest - 1) / SYLLABLES.length)) {
    word += SYLLABLES[(rest - 1) % SYLLABLES.length];
  }
  return word;
}

/** A rank by Zipf's law with exponent 1. */
export function zipfRank(chance: Chance): number {
  return Math.floor(WORDS ** chance()) - 1;
}

/** Writes that many files of about `bytesEach`; returns the bytes of all. */
export async function writeDocuments(folder: string, files: number, bytesEach: number): Promise<number> {
  const chance = seeded(files);
  let bytes = 0;
  for (let n = 0; n < files; n += 1) {
    const text = documentOf(bytesEach, chance);
    bytes += Buffer.byteLength(text);
    await writeFile(join(folder, `${wordOf(n)}-${n}.md`), text);
  }
  return bytes;
}

function documentOf(bytes: number, chance: Chance): string {
  let text = `# ${sentence(4, chance)}\n`;
  for (let paragraph = 0; text.length < bytes; paragraph += 1) {
    if (paragraph % PARAGRAPHS_PER_SECTION === 0) text += `\n## ${sentence(3, chance)}\n`;
    text += `\n${sentence(WORDS_PER_PARAGRAPH, chance)}\n`;
  }
  return text;
}

function sentence(words: number, chance: Chance): string {
  return `${Array.from({ length: words }, () => wordOf(zipfRank(chance))).join(' ')}.`;
}
