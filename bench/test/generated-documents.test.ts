/** Generated documents: the same at every run, with words spread as in a language. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded, WORDS, wordOf, zipfRank } from '../src/generated-documents.ts';

describe('words', () => {
  it('differ from rank to rank', () => {
    expect(new Set(Array.from({ length: WORDS }, (_, rank) => wordOf(rank))).size).toBe(WORDS);
  });

  it('come about n times rarer at rank n', () => {
    const chance = seeded(1);
    const counts = new Map<number, number>();
    for (let n = 0; n < 200_000; n += 1) {
      const rank = zipfRank(chance);
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
    }
    const share = (rank: number) => (counts.get(rank) ?? 0) / (counts.get(0) ?? 0);
    expect(share(9)).toBeGreaterThan(0.1);
    expect(share(9)).toBeLessThan(0.2);
  });
});

describe('chance', () => {
  it('is the same from the same seed, and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        const [one, other] = [seeded(seed), seeded(seed)];
        for (let n = 0; n < 20; n += 1) {
          const drawn = one();
          expect(other()).toBe(drawn);
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(1);
        }
      }),
    );
  });
});
