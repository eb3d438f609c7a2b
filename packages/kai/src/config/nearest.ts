/** The known word that someone probably meant: the nearest by edits, if it is near at all. */

/** Longer words are not compared: their distance costs more than the hint is worth. */
const WORD_LENGTH_MAX = 64;

export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > WORD_LENGTH_MAX) return undefined;
  const wanted = word.toLowerCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = distance(wanted, name.toLowerCase());
    if (edits <= allowance(name) && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { name, edits };
  }
  return best?.name;
}

/** A third of the word may be wrong, but at least one character and at most three. */
function allowance(name: string): number {
  return Math.max(1, Math.min(3, Math.floor(name.length / 3)));
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const cheapest = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(swapped ? Math.min(cheapest, (beforeLast[column - 2] ?? 0) + 1) : cheapest);
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
