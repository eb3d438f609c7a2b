/**
 * The words of an answer: the sentences of the best passage that hold most of what was asked, with their place, and
 * how many more places there are. When nothing is found, what was looked through, and what could help.
 */

import type { Hit } from 'kai';
import { likeness, tellingWords, wordsOf } from '../words.ts';
import type { LibraryStatus } from './library.ts';

/** Characters that are quoted. */
const QUOTE_LENGTH_MAX = 480;
/** Sentences of one passage that are weighed. */
const SENTENCES_MAX = 60;
/** Characters of a topic that are repeated to the person. */
const TOPIC_LENGTH_MAX = 80;

export function sayFound(topic: string, hits: readonly Hit[]): string {
  const [best] = hits;
  if (best === undefined) return '';
  const more = hits.length - 1;
  const others = more === 0 ? '' : ` ${more} more ${more === 1 ? 'place fits' : 'places fit'}.`;
  return `“${quote(best.text, topic)}” (${best.source}, ${best.place})${others}`;
}

export function sayNothingFound(topic: string, { folder, files, indexing, skipped }: LibraryStatus): string {
  const problem = skipped.find(({ source }) => source === '.');
  if (files === 0 && problem !== undefined) {
    return `I cannot look through your documents: ${problem.reason} (${folder}).`;
  }
  if (indexing?.total === 0)
    return `I have only just begun to look through ${folder}. Ask again in a moment.`;
  if (indexing !== null) {
    return `I found nothing about ${named(topic)} yet, but I am still reading: ${indexing.done} of ${indexing.total} files are done. Ask again in a moment.`;
  }
  if (files === 0)
    return `There are no documents to look through. Put some into ${folder}; I read text, Markdown, HTML and PDF.`;
  const left = skipped.length === 0 ? '' : ` ${count(skipped.length, 'file')} could not be read.`;
  return `I found nothing about ${named(topic)} in the ${count(files, 'file')} of ${folder}.${left} Other words may help.`;
}

function named(topic: string): string {
  const line = topic.replace(/\s+/g, ' ').trim();
  return `“${line.length > TOPIC_LENGTH_MAX ? `${line.slice(0, TOPIC_LENGTH_MAX)}…` : line}”`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The most fitting sentence, and those after it in its paragraph as far as there is room. */
export function quote(passage: string, topic: string): string {
  const asked = tellingWords(topic);
  const best = mostFitting(paragraphsOf(passage), asked);
  let quoted = '';
  for (const sentence of best) {
    const next = quoted === '' ? sentence : `${quoted} ${sentence}`;
    if (next.length > QUOTE_LENGTH_MAX) break;
    quoted = next;
  }
  if (quoted !== '') return quoted;
  return `${(best[0] ?? passage).slice(0, QUOTE_LENGTH_MAX).trimEnd()}…`;
}

/** The paragraph's end that begins with the sentence that holds most of what was asked; the first of equals. */
function mostFitting(
  paragraphs: readonly (readonly string[])[],
  asked: readonly string[],
): readonly string[] {
  let best: readonly string[] = paragraphs[0] ?? [];
  let most = 0;
  let left = SENTENCES_MAX;
  for (const sentences of paragraphs) {
    for (const [index, sentence] of sentences.slice(0, left).entries()) {
      const fit = fitOf(sentence, asked);
      if (fit <= most) continue;
      most = fit;
      best = sentences.slice(index);
    }
    left -= Math.min(left, sentences.length);
  }
  return best;
}

function fitOf(sentence: string, asked: readonly string[]): number {
  const words = wordsOf(sentence);
  return asked.reduce(
    (sum, word) => sum + words.reduce((best, one) => Math.max(best, likeness(word, one)), 0),
    0,
  );
}

/** Sentences by paragraph. A list belongs to the paragraph that it follows: there it is the answer. */
function paragraphsOf(text: string): string[][] {
  return text
    .split(/\n\s*\n(?!\s*(?:[-*+•]|\d{1,3}[.)])\s)/)
    .map((paragraph) => paragraph.split(ITEM).flatMap((item) => plain(item).split(SENTENCE)))
    .map((sentences) => sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence)))
    .filter((sentences) => sentences.length > 0);
}

/** Where a list item or a table row begins. */
const ITEM = /\n\s*(?=(?:[-*+•|]|\d{1,3}[.)])\s)/;
/** Between sentences; not after the number of an item, nor after a title. */
const SENTENCE = /(?<=[.!?…])(?<!^\d{1,3}\.)(?<!\b(?:Dr|Mr|Mrs|Ms|No|St|Prof)\.)\s(?=[\p{Lu}\p{N}“"(])/u;

/** As it would be read aloud: no list marks, no stars, no link targets. */
function plain(text: string): string {
  return text
    .replace(/^\s*[-*+•>]\s+/, '')
    .replace(/\[([^\]\n]{1,200})\]\([^)\n]{0,500}\)/g, '$1')
    .replace(/[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}/g, '')
    .replace(/^\s*\|\s*|\s*\|\s*$/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
