/**
 * The CRC-32 that stands beside every record. Finds what a database does not: a bit that flipped in a page which
 * still has the right shape.
 */

import { crc32 } from 'node:zlib';

/** Over the parts in order, with a separator, so that no text can move from one part to the next unseen. */
export function checksumOf(first: string, ...rest: readonly string[]): number {
  let sum = crc32(first);
  for (const part of rest) sum = crc32(part, crc32('\u0000', sum));
  return sum;
}
