/**
 * A commit as flat lists of text and numbers: what both stores keep and what crosses to a database's thread at
 * the price of a few strings.
 *
 * Encoding happens while the caller waits, so nothing that it changes afterwards reaches the store. What has no
 * JSON form or breaks a limit is refused here, before any part of the commit has happened.
 */

import { KaiError } from '@kai/protocol';
import type { Commit, JournalEntry, StateWrite, TimerCancel, TimerRecord } from '@kai/runtime/ports';
import { encodeLetter } from './dead-text.ts';
import { encodeEntry } from './journal-text.ts';
import { NAME_CHARS_MAX, RECORD_CHARS_MAX } from './limits.ts';
import { encodeTimer } from './timer-text.ts';

/** A value's new text, or its removal when `value` is null. */
export interface EncodedState {
  readonly agent: string;
  readonly key: string;
  readonly value: string | null;
}

/** A timer's new text, or its removal when `text` is null. */
export interface EncodedTimer {
  readonly agent: string;
  readonly name: string;
  readonly text: string | null;
}

export interface EncodedCommit {
  readonly state: readonly EncodedState[];
  readonly timers: readonly EncodedTimer[];
  /** Three places an entry: time, trace, text. */
  readonly journal: (number | string)[];
  readonly dead: readonly string[];
}

/** @throws KaiError `INVALID_PAYLOAD` for what has no JSON form, is too long or is not well-formed text. */
export function encodeCommit(commit: Commit): EncodedCommit {
  return {
    state: (commit.state ?? []).map(encodeState),
    timers: (commit.timers ?? []).map(encodeTimerWrite),
    journal: encodeEntries(commit.journal ?? []),
    dead: (commit.dead ?? []).map((letter) =>
      bounded(
        asJson(() => encodeLetter(letter)),
        'a dead letter',
      ),
    ),
  };
}

/** The `journal` of an {@link EncodedCommit}. @throws KaiError `INVALID_PAYLOAD` as {@link encodeCommit}. */
export function encodeEntries(entries: readonly JournalEntry[]): (number | string)[] {
  const encoded: (number | string)[] = [];
  for (const entry of entries) {
    if (!Number.isFinite(entry.at)) throw new KaiError('INVALID_PAYLOAD', 'a journal entry has no time');
    encoded.push(
      entry.at,
      entry.trace,
      bounded(
        asJson(() => encodeEntry(entry)),
        'a journal entry',
      ),
    );
  }
  return encoded;
}

/** How much of a queue a commit takes, in characters of its records. */
export function charsOf(commit: EncodedCommit): number {
  let chars = 0;
  for (const { key, value } of commit.state) chars += key.length + (value?.length ?? 0);
  for (const { name, text } of commit.timers) chars += name.length + (text?.length ?? 0);
  for (const text of commit.dead) chars += text.length;
  return chars + charsOfEntries(commit.journal);
}

export function charsOfEntries(journal: readonly (number | string)[]): number {
  let chars = 0;
  for (const part of journal) if (typeof part === 'string') chars += part.length;
  return chars;
}

function encodeState({ agent, key, value }: StateWrite): EncodedState {
  requireName(agent, 'an agent');
  requireName(key, 'a key');
  if (value === undefined) return { agent, key, value: null };
  const text = asJson(() => JSON.stringify(value));
  return { agent, key, value: bounded(text, `the value of ${key}`) };
}

function encodeTimerWrite(timer: TimerRecord | TimerCancel): EncodedTimer {
  const { agent, name } = timer;
  requireName(agent, 'an agent');
  requireName(name, 'a timer');
  if (timer.due === undefined) return { agent, name, text: null };
  if (!Number.isFinite(timer.due)) throw new KaiError('INVALID_PAYLOAD', `the timer ${name} has no time`);
  return {
    agent,
    name,
    text: bounded(
      asJson(() => encodeTimer(timer)),
      `the timer ${name}`,
    ),
  };
}

/** A database keeps UTF-8, in which two different lone surrogates would become the same name. */
function requireName(name: string, what: string): void {
  if (name.length > NAME_CHARS_MAX) {
    throw new KaiError('INVALID_PAYLOAD', `the name of ${what} has more than ${NAME_CHARS_MAX} characters`);
  }
  if (!name.isWellFormed()) throw new KaiError('INVALID_PAYLOAD', `the name of ${what} is no Unicode text`);
}

function asJson(encode: () => string | undefined): string {
  let text: string | undefined;
  try {
    text = encode();
  } catch (cause) {
    throw new KaiError('INVALID_PAYLOAD', `a record has no JSON form: ${cause}`, { cause });
  }
  if (text === undefined) throw new KaiError('INVALID_PAYLOAD', 'a record has no JSON form');
  return text;
}

function bounded(text: string, what: string): string {
  if (text.length <= RECORD_CHARS_MAX) return text;
  throw new KaiError(
    'INVALID_PAYLOAD',
    `${what} has ${text.length} characters; at most ${RECORD_CHARS_MAX} are kept`,
  );
}
