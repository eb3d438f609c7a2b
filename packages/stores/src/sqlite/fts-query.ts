/**
 * A person's words as an FTS5 query (sqlite.org/fts5.html, section 3). Only words reach it, each in quotes, so
 * there is no text that FTS5 would read as its own syntax.
 */

import { queryWords } from '../words/words.ts';

export interface FtsQuery {
  /** Matches passages with every word. */
  readonly all: string;
  /** Matches passages with any of them; the same as `all` for a single word. */
  readonly any: string;
}

/** Undefined when the text has no words. */
export function ftsQuery(text: string): FtsQuery | undefined {
  const words = queryWords(text).map((word) => `"${word}"`);
  if (words.length === 0) return undefined;
  return { all: words.join(' AND '), any: words.join(' OR ') };
}
