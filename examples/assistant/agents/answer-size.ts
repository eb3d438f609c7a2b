/** Keeps lists short enough for a message, which carries 1 MiB: the first items, as many as fit. */

import type { JsonObject } from 'kai';

/** Bytes of JSON that a list in an answer takes at most; the rest is room for its text and headers. */
export const LIST_BYTES_MAX = 700_000;

/** At least one item, whatever its size. */
export function fitting<T extends JsonObject>(items: readonly T[]): readonly T[] {
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes > LIST_BYTES_MAX;
  });
  return end === -1 ? items : items.slice(0, Math.max(1, end));
}
