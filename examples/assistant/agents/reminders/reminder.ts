/**
 * A reminder as it is kept: one key of the agent's state, and while it waits one timer, always written together.
 *
 * `due` of a repeating one is its next time. How it repeats stands twice: in words for people, as a pattern for us.
 */

import { type AgentContext, type JsonObject, KaiError, type MessageHandling } from 'kai';
import { wordsOf, wordsScore } from '../words.ts';

/** Reminders that may wait at the same time. */
export const WAITING_MAX = 1_000;
/** Fired and cancelled ones that are kept for `restore` and `list`; the oldest go first. */
export const PAST_MAX = 500;
const KEY = 'reminder:';
/** The intent of a reminder's timer. */
export const DUE = 'reminders.due';

/** A reminder, as others see it. */
export interface Reminder extends JsonObject {
  readonly id: string;
  readonly what: string;
  /** Milliseconds since the epoch; of a repeating one the next time. */
  readonly due: number;
  readonly status: 'waiting' | 'fired' | 'cancelled';
}
/** As it is kept: with the pattern by which it repeats. */
export interface KeptReminder extends Reminder {
  readonly madeAt: number;
}

/** Lets it wait: timer and state in one commit. */
export function keep(reminder: KeptReminder, handling: MessageHandling): void {
  const { id, due } = reminder;
  handling.timers.set({ name: id, due, intent: DUE, payload: { id } });
  store(reminder, handling);
}

/** Writes it, and tells everyone. */
export function store(reminder: KeptReminder, handling: MessageHandling): void {
  handling.state.set(KEY + reminder.id, reminder);
  handling.publish('tasks:reminders.changed', 'reminders.changed', { reminder: shown(reminder) });
}

/** Keeps no more than {@link PAST_MAX} that do not wait. */
export function dropOldest(handling: MessageHandling): void {
  const past = kept(handling)
    .filter(({ status }) => status !== 'waiting')
    .sort((one, other) => lastTouched(one) - lastTouched(other));
  for (const { id } of past.slice(0, Math.max(0, past.length - PAST_MAX))) handling.state.delete(KEY + id);
}

function lastTouched({ firedAt, madeAt }: KeptReminder): number {
  return typeof firedAt === 'number' ? firedAt : madeAt;
}

/** @throws KaiError `OVERLOADED` when {@link WAITING_MAX} wait. */
export function refuseTooMany(handling: MessageHandling): void {
  const waiting = kept(handling).filter(({ status }) => status === 'waiting').length;
  if (waiting < WAITING_MAX) return;
  throw new KaiError('OVERLOADED', `${WAITING_MAX} reminders are waiting already; cancel some first.`, {
    retryable: false,
  });
}

/** The reminder, whatever its status. */
export function find(id: string, context: AgentContext): KeptReminder | undefined {
  return context.state.get(KEY + id) as KeptReminder | undefined;
}

/** @throws KaiError `CONFLICT` when there is none. */
export function byId(id: string, handling: MessageHandling): KeptReminder {
  const found = find(id, handling);
  if (found === undefined) throw new KaiError('CONFLICT', 'There is no such reminder any more.');
  return found;
}

/** The waiting reminders that hold all words; of several, only those that are called just that. */
export function matching(query: string, handling: MessageHandling): readonly KeptReminder[] {
  const asked = wordsOf(query);
  const found = kept(handling)
    .filter(({ status, what }) => status === 'waiting' && wordsScore(asked, what).matched === asked.length)
    .sort(bySoonest);
  if (asked.length === 0) return [];
  const exact = found.filter(({ what }) => wordsOf(what).join(' ') === asked.join(' '));
  return exact.length > 0 ? exact : found;
}

/** All there are, in the order in which they were made. */
export function kept(context: AgentContext): KeptReminder[] {
  return [...context.state.entries(KEY)].map(([, value]) => value as KeptReminder);
}

export function bySoonest(one: Reminder, other: Reminder): number {
  return one.due - other.due;
}

/** As others see it. */
export function shown({ cron: _, madeAt: __, ...reminder }: KeptReminder): JsonObject {
  return reminder;
}
