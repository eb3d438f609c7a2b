/**
 * From what a person says to what shall be remembered, and when: pure, no clock, no state.
 *
 * The time may stand anywhere in the text. Where there is none, or one that cannot be, the outcome is a problem
 * whose message asks for it with an example: it is said to the person as it stands.
 */

import { withTimesInDigits } from './clock-time.ts';
import { findMoment } from './moment.ts';
import { findRepetition, nextTime } from './repetition.ts';
import type { Repetition } from './repetition-meanings.ts';

/** Characters of a text that are read for a time. */
export const TEXT_LENGTH_MAX = 1_000;

export interface Now {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** An IANA name. */
  readonly timeZone: string;
}

export type When =
  | { readonly kind: 'when'; readonly due: number; readonly repeats?: Repetition; readonly rest: string }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'none' };

export type Wish =
  | { readonly kind: 'wish'; readonly what: string; readonly due: number; readonly repeats?: Repetition }
  | { readonly kind: 'problem'; readonly message: string };

/** What `reminders.add` is given: both parts, or one text that holds both. */
export type Said = { readonly what: string; readonly when: string } | { readonly text: string };

/** Finds when, anywhere in the text; `rest` is the text without it. */
export function parseWhen(text: string, { now, timeZone }: Now): When {
  const written = withTimesInDigits(text.slice(0, TEXT_LENGTH_MAX));
  const repetition = findRepetition(written, now, timeZone);
  if (repetition.kind === 'problem') return repetition;
  if (repetition.kind === 'none') {
    const moment = findMoment(written, now, timeZone);
    return moment.kind === 'found' ? { ...moment, kind: 'when' } : moment;
  }
  const due = nextTime(repetition.repetition.cron, now, timeZone);
  if (due === undefined)
    return {
      kind: 'problem',
      message: 'That day never comes. Say "every month on the 1st at 10", for example.',
    };
  return { kind: 'when', due, repeats: repetition.repetition, rest: repetition.rest };
}

/** Never throws, whatever the text. */
export function parseWish(said: Said, at: Now): Wish {
  if ('text' in said) return wishIn(said.text, at);
  const when = parseWhen(said.when, at);
  if (when.kind === 'when' && cleaned(when.rest) === '') return wishOf(cleaned(said.what), when);
  // "remind me {when} to {what}" also takes sentences whose time stands elsewhere, or nowhere.
  return wishIn(`${said.when} to ${said.what}`, at);
}

function wishIn(text: string, at: Now): Wish {
  const when = parseWhen(text, at);
  switch (when.kind) {
    case 'problem':
      return when;
    case 'none': {
      const what = cleaned(text);
      if (what === '')
        return problem(
          'Remind you of what, and when? Say "remind me at 17:00 to take the pills", for example.',
        );
      if (LOOKS_LIKE_TIME.test(what)) {
        return problem(
          'I do not understand when that is. Say "remind me tomorrow at 9 to take the pills", for example.',
        );
      }
      return problem(
        `When shall I remind you? Say "remind me tomorrow at 9 to ${shortened(what)}", for example.`,
      );
    }
    case 'when':
      return wishOf(cleaned(when.rest), when);
  }
}

function wishOf(what: string, { due, repeats }: When & { kind: 'when' }): Wish {
  if (what === '')
    return problem('What shall I remind you of? Say "remind me at 17:00 to take the pills", for example.');
  return { kind: 'wish', what, due, ...(repeats === undefined ? {} : { repeats }) };
}

function problem(message: string): Wish {
  return { kind: 'problem', message };
}

const LOOKS_LIKE_TIME = /^(?:at|in|every)\b|\b\d{1,2}[:.]\d\d\b|\bat \d/i;

/** Longer ones are cut in examples only. */
const EXAMPLE_LENGTH_MAX = 60;

function shortened(text: string): string {
  return text.length > EXAMPLE_LENGTH_MAX ? `${text.slice(0, EXAMPLE_LENGTH_MAX)}…` : text;
}

const LEADING = /^(?:[\s,.;:!?–—-]+|(?:please|to|that|about|me|remind me)\s+)+/i;
const ONLY_CONNECTING = /^(?:please|to|that|about|me|remind me|on|at|by|in|the|this|and)$/i;
const TRAILING = /(?:[\s,.;:!?–—-]+|\s+(?:please|on|at|by|in the|this|the))+$/i;

/** "to take the pills, please" is about taking the pills. */
export function cleaned(text: string): string {
  const what = text.replace(/\s+/g, ' ').replace(LEADING, '').replace(TRAILING, '').trim();
  return ONLY_CONNECTING.test(what) ? '' : what;
}
