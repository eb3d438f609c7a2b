/**
 * Ranks notes by the words that they share with a query: pure, and fast enough to look at every note each time.
 *
 * Notes that hold all the words come alone when there are any; else those that hold most. Words such as "the"
 * do not count unless the query has no others.
 */

import type { Note } from './notes.ts';
import { tellingWords, wordsScore } from './words.ts';

/** Words of a query that are looked for. */
const QUERY_WORDS_MAX = 16;

/** Best first; of equals the newest. */
export function searchNotes(notes: readonly Note[], query: string): Note[] {
  const asked = tellingWords(query).slice(0, QUERY_WORDS_MAX);
  const found = notes
    .map((note) => ({ note, ...wordsScore(asked, note.text) }))
    .filter(({ matched }) => matched > 0);
  const most = found.reduce((high, { matched }) => Math.max(high, matched), 0);
  return found
    .filter(({ matched }) => matched === most || most < asked.length)
    .sort(
      (one, other) => other.matched - one.matched || other.score - one.score || other.note.at - one.note.at,
    )
    .map(({ note }) => note);
}
