/**
 * The words of a text: what is compared, and where it stands in what the person typed.
 *
 * Never fails: any string has words, perhaps none. The trap is that comparing forms may be longer or shorter
 * than what they stand for, so places always count in the original text.
 */

import { uncontracted } from './english.ts';

export interface Word {
  /** What is compared: lower case, NFKC, straight quotes, no punctuation around it. */
  readonly form: string;
  /** Where it begins in the text, in UTF-16 code units, and where it ends without closing punctuation. */
  readonly start: number;
  readonly end: number;
  /** The second half of a contraction: no slot begins or ends before it. */
  readonly joined: boolean;
}

/** Ends a word without being a part of it, and by itself is no word. */
const CLOSING = new Set('.,;:!?…。！？、，；：');
const OPENING = new Set('¿¡–—-');
/** Stands around words without changing them. */
const AROUND = new Set([...CLOSING, ...'¿¡"\'“”„«»()[]']);
const APOSTROPHES = /[’‘ʼ´＇]/gu;
const INVISIBLE = /\p{Cf}/gu;
const ASCII_ONLY = /^[!-~]*$/;

export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const found of text.matchAll(/\S+/gu)) {
    const typed = found[0].slice(0, lastOutside(CLOSING, found[0]));
    if (firstOutside(OPENING, typed) === typed.length) continue;
    const form = bare(folded(typed));
    if (form === '') continue;
    const start = found.index;
    const end = start + typed.length;
    for (const [index, part] of (uncontracted(form) ?? [form]).entries()) {
      words.push({ form: part, start, end, joined: index > 0 });
    }
  }
  return words;
}

/** The comparing form of a piece of text, punctuation included. */
function folded(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  const plain = text.replace(APOSTROPHES, "'").replace(INVISIBLE, '').normalize('NFKC');
  // Through upper case, so that ß meets SS and a final ς meets σ.
  return plain.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** Without quotes, brackets and marks around it; a smiley of nothing else stays as it is. */
function bare(form: string): string {
  const inner = form.slice(firstOutside(AROUND, form), lastOutside(AROUND, form));
  return inner === '' ? form : inner;
}

// Loops and no expressions such as /[.,]+$/, whose cost is quadratic in a text of nothing but commas and one letter.

/** Where the first character stands that is not in the set; the length when all are. */
function firstOutside(set: ReadonlySet<string>, text: string): number {
  let at = 0;
  while (at < text.length && set.has(text.charAt(at))) at += 1;
  return at;
}

/** After the last character that is not in the set; 0 when all are. */
function lastOutside(set: ReadonlySet<string>, text: string): number {
  let end = text.length;
  while (end > 0 && set.has(text.charAt(end - 1))) end -= 1;
  return end;
}
