/**
 * Finds the passage that a source quotes in the document it comes from: which lines to show, and which to mark.
 *
 * The excerpt is looked for with white space folded, since indexes join lines; when it is not there (the file
 * has changed, or the excerpt was cut), the place named by the source counts.
 */

export interface Passage {
  /** Lines counted from 1; `to` is included. 0 to 0 when nothing is known. */
  readonly from: number;
  readonly to: number;
}

/** What stands around the words that matched, in an excerpt. */
export const MATCH_START = '\u0002';
export const MATCH_END = '\u0003';

/** A cut is searched by its longest part; shorter than this it would match anywhere. */
const PART_LENGTH_MIN = 12;

export function findPassage(text: string, place: string, excerpt: string): Passage {
  return findExcerpt(text, excerpt) ?? findPlace(text, place);
}

/** An excerpt without its marks and cuts: its longest unbroken part. */
export function longestPart(excerpt: string): string {
  const plain = excerpt.replaceAll(MATCH_START, '').replaceAll(MATCH_END, '');
  const parts = plain.split(/…|\.\.\./).map((part) => part.replaceAll(/\s+/g, ' ').trim());
  return parts.reduce((best, part) => (part.length > best.length ? part : best), '');
}

function findExcerpt(text: string, excerpt: string): Passage | undefined {
  const wanted = longestPart(excerpt);
  if (wanted.length < PART_LENGTH_MIN) return undefined;
  const { folded, lineAt } = fold(text);
  const at = folded.indexOf(wanted);
  if (at < 0) return undefined;
  return { from: lineAt[at] ?? 1, to: lineAt[at + wanted.length - 1] ?? 1 };
}

/** The text with runs of white space as one space, and the line of each of its characters. */
function fold(text: string): { readonly folded: string; readonly lineAt: readonly number[] } {
  const lineAt: number[] = [];
  let folded = '';
  let line = 1;
  for (const piece of text.split(/(\s+)/)) {
    const blank = piece.trim() === '';
    for (let index = 0; index < (blank ? Math.min(1, piece.length) : piece.length); index += 1)
      lineAt.push(line);
    folded += blank ? piece.slice(0, 1) && ' ' : piece;
    if (blank) line += piece.split('\n').length - 1;
  }
  return { folded, lineAt };
}

function findPlace(text: string, place: string): Passage {
  const [, kind, count] = /^(line|page) (\d+)/.exec(place) ?? [];
  if (kind === undefined) return { from: 0, to: 0 };
  const line = kind === 'line' ? Number(count) : lineOfPage(text, Number(count));
  return { from: line, to: line };
}

/** A page begins with a line of its own (docs/gateway.md, `documents.open`). 0 when there is no such page. */
function lineOfPage(text: string, page: number): number {
  return text.split('\n').indexOf(`— page ${page} —`) + 1;
}
