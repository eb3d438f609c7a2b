/**
 * Encodes commits. This happens while the caller waits, so nothing that it changes afterwards reaches the store. What
 * has no JSON form or breaks a limit is refused here, before any part of the commit has happened.
 */

import { KaiError } from '@kai/protocol';
import type {
  Commit,
  DeadLetter,
  InboxRecord,
  JournalEntry,
  Settlement,
  StateWrite,
  StepRecord,
  TimerCancel,
  TimerRecord,
} from '@kai/runtime/ports';
import { encodeLetter } from './dead-text.ts';
import { type EncodedCommit, emptyCommit, type Part } from './encoded-commit.ts';
import { encodeEntry } from './journal-text.ts';
import { asJson, checkedName, checkedText, checkedTime } from './record-checks.ts';
import { encodeTimer } from './timer-text.ts';

/** @throws KaiError `INVALID_PAYLOAD` for what has no JSON form, is too long or is not well-formed text. */
export function encodeCommit(commit: Commit): EncodedCommit {
  const encoded = emptyCommit();
  for (const write of commit.state ?? []) addState(encoded.state, write);
  for (const timer of commit.timers ?? []) addTimer(encoded.timers, timer);
  for (const entry of commit.journal ?? []) addEntry(encoded.journal, entry);
  for (const letter of commit.dead ?? []) addLetter(encoded.dead, letter);
  for (const id of commit.raised ?? []) encoded.raised.push(checkedName(id, 'a dead letter'));
  for (const record of commit.accepted ?? []) addAccepted(encoded.accepted, record);
  for (const settlement of commit.settled ?? []) addSettled(encoded.settled, settlement);
  for (const step of commit.steps ?? []) addStep(encoded.steps, step);
  return encoded;
}

/** The `journal` of an {@link EncodedCommit}. @throws KaiError `INVALID_PAYLOAD` as {@link encodeCommit}. */
export function encodeEntries(entries: readonly JournalEntry[]): Part[] {
  const encoded: Part[] = [];
  for (const entry of entries) addEntry(encoded, entry);
  return encoded;
}

function addState(list: Part[], { agent, key, value }: StateWrite): void {
  const text = value === undefined ? null : asJson(() => JSON.stringify(value), `the value of ${key}`);
  list.push(checkedName(agent, 'an agent'), checkedName(key, 'a key'), text);
}

function addTimer(list: Part[], timer: TimerRecord | TimerCancel): void {
  const { agent, name } = timer;
  list.push(checkedName(agent, 'an agent'), checkedName(name, 'a timer'));
  if (timer.due === undefined) {
    list.push(null);
    return;
  }
  checkedTime(timer.due, `the timer ${name}`);
  list.push(asJson(() => encodeTimer(timer), `the timer ${name}`));
}

function addEntry(list: Part[], entry: JournalEntry): void {
  const text = asJson(() => encodeEntry(entry), 'a journal entry');
  list.push(checkedTime(entry.at, 'a journal entry'), entry.trace, text);
}

function addLetter(list: Part[], letter: DeadLetter): void {
  list.push(
    checkedName(letter.id, 'a dead letter'),
    asJson(() => encodeLetter(letter), 'a dead letter'),
  );
}

function addAccepted(list: Part[], { agent, from, id, message }: InboxRecord): void {
  addMessageKey(list, agent, from, id);
  list.push(checkedText(message, 'an accepted message'));
}

function addSettled(list: Part[], { agent, from, id, at, outcome, answer }: Settlement): void {
  addMessageKey(list, agent, from, id);
  list.push(checkedTime(at, 'a settlement'), outcome, checkedText(answer, 'an answer'));
}

function addStep(list: Part[], { agent, message, position, name, digest, result }: StepRecord): void {
  if (!Number.isSafeInteger(position) || position < 0) {
    throw new KaiError('INVALID_PAYLOAD', `the position of a step is no whole number from 0: ${position}`);
  }
  list.push(checkedName(agent, 'an agent'), checkedName(message, 'a message'), position);
  list.push(checkedText(name, "a step's name"), checkedText(digest, "a step's digest"));
  list.push(checkedText(result, "a step's result"));
}

function addMessageKey(list: Part[], agent: string, from: string, id: string): void {
  list.push(checkedName(agent, 'an agent'), checkedName(from, 'a sender'), checkedName(id, 'a message'));
}
