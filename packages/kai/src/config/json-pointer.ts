/** JSON Pointers (RFC 6901), in which validators say where something is wrong, as paths. */

import type { Path } from './fault.ts';

/** Digits count as positions in lists. */
export function partsOf(pointer: string): Path {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
