/** Which sources an index takes. */

import { KaiError } from '@kai/protocol';
import type { SourceEntry } from '@kai/runtime/ports';

/** Characters of one passage: its text, title and place together. */
export const PASSAGE_CHARS_MAX = 1024 * 1024;

/** The last entry of each source, in order. @throws KaiError `INVALID_PAYLOAD` for a passage that is too long. */
export function checkedEntries(entries: readonly SourceEntry[]): readonly SourceEntry[] {
  for (const { source, passages } of entries) {
    for (const { text, title, place } of passages) {
      const chars = text.length + title.length + place.length;
      if (chars > PASSAGE_CHARS_MAX) {
        throw new KaiError(
          'INVALID_PAYLOAD',
          `a passage of ${source} has ${chars} characters; an index takes at most ${PASSAGE_CHARS_MAX}`,
        );
      }
    }
  }
  return [...new Map(entries.map((entry) => [entry.source, entry])).values()];
}
