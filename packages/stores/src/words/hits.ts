/** What both indexes share about hits: how many, and that passages with all the words come first. */

/** Hits that one search returns at most, whatever its `limit` says. */
export const HITS_MAX = 200;

/** Words that an excerpt shows. */
export const EXCERPT_WORDS = 24;

/** Stand around each matched word of an excerpt. */
export const MATCH_BEGIN = '\u0002';
export const MATCH_END = '\u0003';

export function boundedHits(limit: number): number {
  return Math.max(0, Math.min(HITS_MAX, Math.floor(limit)));
}

interface Ranked {
  readonly score: number;
  readonly hasAll: boolean;
}

/**
 * Best first. Those that hold every word stand before those that do not: their scores are raised by the highest
 * score there is, so that scores say the same as the order.
 */
export function ranked<T extends Ranked>(found: readonly T[], limit: number): T[] {
  const highest = found.reduce((high, { score }) => Math.max(high, score), 0);
  return found
    .map((hit) => (hit.hasAll ? { ...hit, score: hit.score + highest } : hit))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}
