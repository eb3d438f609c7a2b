/**
 * Two rankings become one by reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): scores of different
 * kinds cannot be compared, ranks can.
 */

import type { Hit } from 'kai';

/** How little the first ranks stand out; the value of the paper. */
const FLATNESS = 60;

/** Best first. A passage in several rankings is one hit, told as the earliest ranking tells it. */
export function fuse(rankings: readonly (readonly Hit[])[], limit: number): Hit[] {
  const fused = new Map<string, Hit>();
  for (const hits of rankings) {
    for (const [rank, hit] of hits.entries()) {
      const key = JSON.stringify([hit.source, hit.place, hit.text]);
      const known = fused.get(key);
      const score = (known?.score ?? 0) + 1 / (FLATNESS + rank + 1);
      fused.set(key, { ...(known ?? hit), score });
    }
  }
  return [...fused.values()].sort((one, other) => other.score - one.score).slice(0, limit);
}
