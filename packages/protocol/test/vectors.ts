/** Reads the language-neutral cases of `vectors/`. The caller says what the file holds. */

import { readFileSync } from 'node:fs';

export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8')) as T;
}
