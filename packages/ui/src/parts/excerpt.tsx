/** A source's excerpt with the words that matched marked. */

import type { JSX } from 'preact';
import { MATCH_END, MATCH_START } from '../words/passage.ts';

const MATCH = new RegExp(`(${MATCH_START}[^${MATCH_END}]*${MATCH_END})`);

export function Excerpt({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text
        .split(MATCH)
        .map((part, at) => (part.startsWith(MATCH_START) ? <mark key={at}>{part.slice(1, -1)}</mark> : part))}
    </>
  );
}
