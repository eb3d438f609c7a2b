/** Who answered and why, as the quiet line under a reply. */

import type { AnsweredBy } from '../connection/wire.ts';
import { plainTemplate } from './template.ts';

/** Templates are said in their plain form; `why` itself has them whole. */
export function answeredLine(by: AnsweredBy): string {
  const why =
    by.why === ''
      ? ''
      : ` — ${by.why.replace(/“([^”]*)”/g, (_, quoted: string) => `“${plainTemplate(quoted)}”`)}`;
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
