/** Who answered and why, as the quiet line under a reply. */

import type { AnsweredBy } from '../connection/wire.ts';

export function answeredLine(by: AnsweredBy): string {
  const why = by.why === '' ? '' : ` — ${by.why}`;
  switch (by.kind) {
    case 'phrasebook':
      return `Answered by the phrasebook${place(by.where)}${why}`;
    case 'model':
      return `Answered by ${by.name}${place(by.where)}${why}`;
    case 'none':
      return `Nobody could answer${why}`;
  }
}

function place(where: string): string {
  if (where === '') return '';
  return /^https?:/.test(where) ? `, at ${where}` : `, ${where}`;
}
