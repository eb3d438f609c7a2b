/** Cuts a put into parts that are each written in one short transaction. */

import type { SourceEntry } from '@kai/runtime/ports';
import type { SourcePart } from './index-writer.ts';

/** Characters of one part, unless a single passage has more: about 5 ms of writing. */
const PART_CHARS = 64 * 1024;

/** The entries in order; a source's passages may continue in the next part. */
export function* sourceParts(entries: readonly SourceEntry[]): Generator<readonly SourcePart[]> {
  let parts: SourcePart[] = [];
  let chars = 0;
  for (const { source, version, passages } of entries) {
    let texts: string[] = [];
    parts.push({ source, version, passages: texts });
    for (const { place, title, text } of passages) {
      if (chars >= PART_CHARS) {
        yield parts;
        texts = [];
        parts = [{ source, version, passages: texts }];
        chars = 0;
      }
      texts.push(place, title, text);
      chars += place.length + title.length + text.length;
    }
  }
  if (parts.length > 0) yield parts;
}
