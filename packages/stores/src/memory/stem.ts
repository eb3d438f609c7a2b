/**
 * The form in which the memory index compares words: without marks, and without the commonest English endings,
 * so that `reminders` finds `reminder`. Coarser than the Porter stemmer of the database; other languages only
 * lose their marks.
 */

/** A stem is never shorter than this, so that `bed` and `is` stay whole. */
const STEM_LENGTH_MIN = 3;

const ENDINGS: readonly (readonly [ending: string, becomes: string])[] = [
  ['ies', 'y'],
  ['sses', 'ss'],
  ['ing', ''],
  ['ed', ''],
  ['es', ''],
  ['s', ''],
];

export function stem(word: string): string {
  const bare = word.normalize('NFD').replace(/\p{M}/gu, '');
  if (bare.endsWith('ss')) return bare;
  for (const [ending, becomes] of ENDINGS) {
    const length = bare.length - ending.length + becomes.length;
    if (bare.endsWith(ending) && length >= STEM_LENGTH_MIN) {
      return withoutFinalE(bare.slice(0, bare.length - ending.length) + becomes);
    }
  }
  return withoutFinalE(bare);
}

/** `note`, `notes` and `noted` meet in `not`: what comes before an ending is ambiguous in English. */
function withoutFinalE(word: string): string {
  return word.endsWith('e') && word.length > STEM_LENGTH_MIN ? word.slice(0, -1) : word;
}
