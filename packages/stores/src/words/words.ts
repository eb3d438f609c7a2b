/**
 * Which words of a text count in a search. A word is a run of letters, digits and their marks; everything else is
 * punctuation and never reaches an index's query language.
 */

/** Characters of a query that are read. */
export const QUERY_CHARS_MAX = 2_000;
/** Words of a query that are looked for. */
export const QUERY_WORDS_MAX = 32;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** English words that say how somebody asks, not what about. Looked for only when a query has no others. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about all am an and any are as at be been but by can could d did do does for from get give had has have ' +
    'he her his how i if in is it its just know ll m me my no not of on or our please re s say says she should ' +
    'show so some t tell that the their them then there these they this to us ve was we were what when where ' +
    'which who whom why will with would you your'
  ).split(' '),
);

/** The words of a text in lower case, in order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** The different words that a query looks for; empty when it has none. */
export function queryWords(query: string): string[] {
  const words = [...new Set(wordsOf(query.slice(0, QUERY_CHARS_MAX)))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return (telling.length > 0 ? telling : words).slice(0, QUERY_WORDS_MAX);
}
