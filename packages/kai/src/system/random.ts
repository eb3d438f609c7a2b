/**
 * The system's randomness behind the {@link Random} port. Bytes come from a pool, because one call into the
 * operating system costs more than a message; no byte is given out twice.
 */

import { randomFillSync } from 'node:crypto';
import type { Random } from '@kai/runtime/ports';

/** Bytes fetched at once. */
const POOL_BYTES = 8192;

export const systemRandom: Random = { bytes: drawFrom(new Uint8Array(POOL_BYTES)) };

function drawFrom(pool: Uint8Array<ArrayBuffer>): (count: number) => Uint8Array {
  let taken = POOL_BYTES;
  return (count) => {
    if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
    if (taken + count > POOL_BYTES) {
      randomFillSync(pool);
      taken = 0;
    }
    const drawn = pool.slice(taken, taken + count);
    pool.fill(0, taken, taken + count);
    taken += count;
    return drawn;
  };
}
