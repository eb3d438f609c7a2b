/**
 * Words, and whether two of them mean the same to a person who searches: upper case, accents and endings aside.
 *
 * Prefix tolerance works both ways: `boilers` finds "boiler", and `boil` finds "boiler". It is no stemmer: it knows no
 * language, and so misses "ran" for `run`.
 */

const WORD = /[\p{L}\p{N}]+/gu;
const MARKS = /\p{M}+/gu;
const ASCII_ONLY = /^[\p{ASCII}]*$/u;

/** Characters that a word must share with another to be taken for a form of it. */
const SHARED_MIN = 3;
/** The longest ending that a form adds: boil-ers. */
const ENDING_MAX = 3;

/** Lower case without accents. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  return ASCII_ONLY.test(lower) ? lower : lower.normalize('NFKD').replace(MARKS, '');
}

/** The words of a text in comparing form, in order. */
export function wordsOf(text: string): string[] {
  return folded(text).match(WORD) ?? [];
}

/** English words that say how somebody asks, not what about. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about am an and any are as at be but by can do does did for from had has have he her his how i if in is it its ' +
    'me my no not of on or our she should so some that the their them there these they this to us was we were what ' +
    'when where which who whom why will with would you your'
  ).split(' '),
);

/** Whether a question is about anything: "you" alone is not. */
export function isAboutSomething(text: string): boolean {
  return wordsOf(text).some((word) => !STOP_WORDS.has(word));
}

/** The different words of a question that tell what it is about; all of them when none does. */
export function tellingWords(text: string): string[] {
  const words = [...new Set(wordsOf(text))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/** 1 for the same word, less for a form of it, 0 for another word. Both in comparing form. */
export function likeness(asked: string, word: string): number {
  if (asked === word) return 1;
  const shared = sharedLength(asked, word);
  if (shared < Math.min(SHARED_MIN, asked.length)) return 0;
  if (shared === asked.length) return 0.8;
  if (shared === word.length) return asked.length - shared <= ENDING_MAX ? 0.7 : 0;
  // battery and batteries: a short ending in place of another, after a long stem.
  const isForm =
    shared > SHARED_MIN && asked.length - shared <= ENDING_MAX && word.length - shared <= ENDING_MAX;
  return isForm && (asked.length - shared === 1 || word.length - shared === 1) ? 0.5 : 0;
}

function sharedLength(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one[at] === other[at]) at += 1;
  return at;
}

export interface WordsScore {
  /** How many of the words asked for were found. */
  readonly matched: number;
  /** The sum of their likenesses. */
  readonly score: number;
}

/** How well a text holds the words asked for, which are in comparing form. */
export function wordsScore(asked: readonly string[], text: string): WordsScore {
  const lower = folded(text);
  // Most texts hold none of the words; whole texts are searched many times faster than they are split.
  if (!asked.some((word) => lower.includes(word.slice(0, SHARED_MIN)))) return { matched: 0, score: 0 };
  const words = lower.match(WORD) ?? [];
  let matched = 0;
  let score = 0;
  for (const word of asked) {
    let best = 0;
    for (const one of words) best = Math.max(best, likeness(word, one));
    if (best > 0) matched += 1;
    score += best;
  }
  return { matched, score };
}
