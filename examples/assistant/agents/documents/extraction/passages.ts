/**
 * Blocks become passages: what a search finds and quotes. A passage holds whole paragraphs of one section; a
 * paragraph that is too long is cut at the end of a sentence, else between words, else anywhere.
 */

import type { Passage } from 'kai';
import type { Extracted } from './block.ts';
import { titleFrom } from './block.ts';

/** Shorter passages take another paragraph whenever there is room. */
export const PASSAGE_LENGTH_MIN = 400;
/** Beyond it a passage ends rather than take another paragraph. */
export const PASSAGE_LENGTH_GOOD = 800;
/** Characters that a passage has at most. */
export const PASSAGE_LENGTH_MAX = 1_200;
/** Passages of one document; what follows is left out. 20 MB of text in passages of full length are fewer. */
export const PASSAGES_MAX = 20_000;

/** `fallback` is the title of a document that has none of its own. */
export function passagesOf({ title, blocks }: Extracted, source: string, fallback: string): Passage[] {
  const cutter = new Cutter(source, title ?? fallback);
  for (const { kind, text, place } of blocks) {
    if (kind === 'heading') cutter.heading(text, place);
    else cutter.paragraph(text, place);
    if (cutter.passages.length >= PASSAGES_MAX) break;
  }
  cutter.end();
  return cutter.passages.slice(0, PASSAGES_MAX);
}

class Cutter {
  readonly passages: Passage[] = [];
  readonly #source: string;
  readonly #document: string;
  #heading: string | undefined;
  /** A heading that no paragraph has followed yet: alone at the end, it is a passage, too. */
  #lonely: { readonly text: string; readonly place: string } | undefined;
  #text = '';
  #place = '';

  constructor(source: string, document: string) {
    this.#source = source;
    this.#document = document;
  }

  heading(text: string, place: string): void {
    this.#flush();
    this.#heading = titleFrom(text);
    this.#lonely ??= { text, place };
  }

  paragraph(text: string, place: string): void {
    this.#lonely = undefined;
    // What is found on page 2 is not quoted as being on page 1.
    if (place.startsWith('page') && place !== this.#place) this.#flush();
    for (const piece of piecesOf(text)) {
      const length = this.#text.length + piece.text.length + 2;
      const isLongEnough = this.#text.length >= PASSAGE_LENGTH_MIN;
      if (length > (isLongEnough ? PASSAGE_LENGTH_GOOD : PASSAGE_LENGTH_MAX)) this.#flush();
      if (this.#text === '') this.#place = movedBy(place, piece.line);
      this.#text += this.#text === '' ? piece.text : `\n\n${piece.text}`;
    }
  }

  end(): void {
    this.#flush();
    if (this.#lonely === undefined) return;
    this.#text = this.#lonely.text;
    this.#place = this.#lonely.place;
    this.#flush();
  }

  #flush(): void {
    if (this.#text === '') return;
    this.passages.push({ source: this.#source, place: this.#place, title: this.#title(), text: this.#text });
    this.#text = '';
  }

  /** The nearest heading, after the document's title: a section "Low pressure" is found by "boiler pressure". */
  #title(): string {
    const heading = this.#heading;
    return heading === undefined || heading === this.#document
      ? this.#document
      : `${this.#document} › ${heading}`;
  }
}

interface Piece {
  readonly text: string;
  /** Lines of the paragraph before it. */
  readonly line: number;
}

/** A paragraph in pieces of at most {@link PASSAGE_LENGTH_MAX}. */
function* piecesOf(paragraph: string): Generator<Piece> {
  let start = 0;
  let line = 0;
  while (start < paragraph.length) {
    const end = start + cutWithin(paragraph.slice(start, start + PASSAGE_LENGTH_MAX + 1));
    const part = paragraph.slice(start, end);
    const text = part.trim();
    if (text !== '') yield { text, line };
    line += part.split('\n').length - 1;
    start = end;
  }
}

/** Where to cut a stretch of text: everything when it fits. */
function cutWithin(text: string): number {
  if (text.length <= PASSAGE_LENGTH_MAX) return text.length;
  for (const isEnd of CUTS) {
    for (let end = PASSAGE_LENGTH_MAX; end >= PASSAGE_LENGTH_MIN; end -= 1) {
      if (isEnd(text[end - 1] as string, text[end] as string)) return end;
    }
  }
  return PASSAGE_LENGTH_MAX - 1;
}

/** Whether a stretch may end between two characters: the best places first. */
const CUTS: readonly ((before: string, after: string) => boolean)[] = [
  (before, after) => /[.!?…]/.test(before) && /\s/.test(after),
  (before) => before === '\n',
  (before) => /\s/.test(before),
  // Not between the halves of one character.
  (before) => !/[\ud800-\udbff]/.test(before),
];

/** `line 12` and 3 lines on is `line 15`; a page stays. */
function movedBy(place: string, lines: number): string {
  const first = /^line (\d+)$/.exec(place)?.[1];
  return first === undefined ? place : `line ${Number(first) + lines}`;
}
