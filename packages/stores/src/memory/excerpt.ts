/** The part of a text that holds most of the words looked for, with those words marked. */

import { EXCERPT_WORDS, MATCH_BEGIN, MATCH_END } from '../words/hits.ts';
import { stem } from './stem.ts';

interface Word {
  readonly from: number;
  readonly to: number;
  readonly matches: boolean;
}

export function excerptOf(text: string, stems: ReadonlySet<string>): string {
  const words = locate(text, stems);
  const first = densest(words);
  const shown = words.slice(first, first + EXCERPT_WORDS);
  const begin = first === 0 ? 0 : (shown[0]?.from ?? 0);
  const end = first + EXCERPT_WORDS < words.length ? (shown.at(-1)?.to ?? text.length) : text.length;
  const marked = mark(text, begin, end, shown);
  return `${begin > 0 ? '…' : ''}${marked}${end < text.length ? '…' : ''}`;
}

function locate(text: string, stems: ReadonlySet<string>): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    matches: stems.has(stem(found[0].toLowerCase())),
  }));
}

/** Where the stretch of {@link EXCERPT_WORDS} words with most matches begins; the earliest of equals. */
function densest(words: readonly Word[]): number {
  let inside = 0;
  let best = 0;
  let bestAt = 0;
  for (const [index, word] of words.entries()) {
    if (word.matches) inside += 1;
    if (words[index - EXCERPT_WORDS]?.matches === true) inside -= 1;
    if (inside > best) {
      best = inside;
      bestAt = Math.max(0, index - EXCERPT_WORDS + 1);
    }
  }
  return bestAt;
}

function mark(text: string, begin: number, end: number, words: readonly Word[]): string {
  let out = '';
  let at = begin;
  for (const { from, to, matches } of words) {
    if (!matches) continue;
    out += `${text.slice(at, from)}${MATCH_BEGIN}${text.slice(from, to)}${MATCH_END}`;
    at = to;
  }
  return out + text.slice(at, end);
}
