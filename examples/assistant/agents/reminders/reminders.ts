/**
 * The agent that reminds: at a time, or again and again, whether or not the node was on all the while.
 *
 * Each waiting reminder has one timer of its own, set in the same commit as its state, so there is never one
 * without the other. What fell due while the node was off fires at the start and says so; a repeating reminder that
 * missed five times fires once. Trap: firing is at least once. A crash between the announcement and the commit
 * announces again.
 */

import {
  type AgentContext,
  defineAgent,
  defineIntent,
  type JsonObject,
  KaiError,
  type MessageHandling,
} from 'kai';
import { fitting } from '../answer-size.ts';
import {
  byId,
  bySoonest,
  DUE,
  dropOldest,
  find,
  type KeptReminder,
  keep,
  kept,
  matching,
  refuseTooMany,
  shown,
  store,
} from './reminder.ts';
import { nextTime } from './repetition.ts';
import { parseWish, type Said } from './when.ts';
import { sayLate, sayMoment } from './wording.ts';
import { isTimeZone, systemTimeZone } from './zone.ts';

/** Later than this after its time, a reminder says that it is late, in milliseconds. */
const LATE_MS = 60_000;
/** Missed times of a repeating reminder that are counted; more are not worth telling apart. */
const MISSED_MAX = 100;
/** Reminders that one answer names. */
const TOLD_MAX = 10;
const text = { type: 'string', minLength: 1, maxLength: 1_000 } as const;
const words = { type: 'string', maxLength: 1_000 } as const;
const id = { type: 'string', minLength: 1, maxLength: 64 } as const;

const add = defineIntent({
  summary: 'Makes a reminder, for once or repeating.',
  effect: 'write',
  input: {
    type: 'object',
    properties: {
      what: { ...text, description: 'What to be reminded of, such as "take the pills".' },
      when: {
        ...text,
        description: 'When, in words: "tomorrow at 9", "in ten minutes", "every Monday at 9".',
      },
      text: { ...text, description: 'Both in one: "take the pills at 17:00".' },
    },
    anyOf: [{ required: ['text'] }, { required: ['what', 'when'] }],
    additionalProperties: false,
  },
  phrases: [
    'remind me {when} to {what}',
    'remind me to {text}',
    'remind me (about|of) {text}',
    'remind me {text}',
    '(set|make|add|create) [(a|another)] reminder [(to|for)] {text}',
    '{when} remind me to {what}',
  ],
  handler: (input, handling) => addReminder(input as Said, handling),
});

const list = defineIntent({
  summary: 'Lists the reminders, soonest first.',
  input: {
    type: 'object',
    properties: { all: { type: 'boolean', description: 'Also those that have fired or were cancelled.' } },
    additionalProperties: false,
  },
  phrases: [
    '(list|show) [me] [all] [(my|the)] reminders',
    'what are my reminders',
    '(what|which) reminders (do I have|are there|are waiting)',
    'what (will|do) you remind me of',
    'when is my next reminder',
    '[my] reminders',
  ],
  handler: ({ all = false }, handling) => listReminders(all, handling),
});

const cancel = defineIntent({
  summary: 'Cancels a reminder.',
  effect: 'write',
  input: {
    type: 'object',
    properties: { id, query: { ...words, description: 'Words of the reminder, when its id is not known.' } },
    anyOf: [{ required: ['id'] }, { required: ['query'] }],
    additionalProperties: false,
  },
  phrases: [
    '(cancel|delete|remove|stop) [(the|my)] reminder [(about|to|for|of)] {query}',
    '(cancel|delete|remove|stop) [(the|my)] {query} reminder',
    'stop reminding me (to|of|about) {query}',
    '(do not|no longer) remind me (to|of|about) {query}',
  ],
  handler: ({ id, query }, handling) => cancelReminder({ id, query }, handling),
});

const restore = defineIntent({
  summary: 'Brings back a reminder that was cancelled.',
  effect: 'write',
  input: { type: 'object', properties: { id }, required: ['id'], additionalProperties: false },
  handler: ({ id }, handling) => restoreReminder(id, handling),
});

const due = defineIntent({
  summary: 'A reminder has fallen due.',
  effect: 'write',
  internal: true,
  input: { type: 'object', properties: { id }, required: ['id'], additionalProperties: false },
  handler: ({ id }, handling) => fire(id, handling),
});

export const reminders = defineAgent({
  name: 'reminders',
  summary: 'Reminds you, once or again and again.',
  version: '1.0.0',
  settings: {
    type: 'object',
    properties: {
      timeZone: {
        type: 'string',
        description: 'An IANA name such as Europe/Berlin. Default: that of the system.',
      },
    },
    additionalProperties: false,
  },
  intents: {
    'reminders.add': add,
    'reminders.list': list,
    'reminders.cancel': cancel,
    'reminders.restore': restore,
    [DUE]: due,
  },
  start(context) {
    const zone = context.settings.timeZone;
    if (typeof zone === 'string' && !isTimeZone(zone)) {
      throw new TypeError(
        `settings.timeZone: ${JSON.stringify(zone)} is no time zone; write one such as Europe/Berlin`,
      );
    }
  },
});

function addReminder(said: Said, handling: MessageHandling): JsonObject {
  const now = handling.clock.now();
  const timeZone = zoneOf(handling);
  const wish = parseWish(said, { now, timeZone });
  if (wish.kind === 'problem') return { text: wish.message, reminder: null };
  refuseTooMany(handling);
  const { what, due, repeats } = wish;
  const kept: KeptReminder = {
    id: handling.newId(),
    what,
    due,
    status: 'waiting',
    madeAt: now,
    ...(repeats === undefined ? {} : { repeats: repeats.text, cron: repeats.cron }),
  };
  keep(kept, handling);
  const first = sayMoment(due, now, timeZone);
  const answer =
    repeats === undefined
      ? `I will remind you ${first}: ${what}.`
      : `I will remind you ${repeats.text}: ${what}. The first time is ${first}.`;
  return { text: answer, reminder: shown(kept) };
}

function listReminders(all: boolean, handling: MessageHandling): JsonObject {
  const waiting = kept(handling)
    .filter(({ status }) => status === 'waiting')
    .sort(bySoonest);
  const past = all
    ? kept(handling)
        .filter(({ status }) => status !== 'waiting')
        .sort((one, other) => other.due - one.due)
    : [];
  return { text: sayList(waiting, handling), reminders: fitting([...waiting, ...past].map(shown)) };
}

function sayList(waiting: readonly KeptReminder[], handling: MessageHandling): string {
  if (waiting.length === 0) {
    return 'No reminders are waiting. Say "remind me tomorrow at 9 to water the plants", for example.';
  }
  const now = handling.clock.now();
  const lines = waiting
    .slice(0, TOLD_MAX)
    .map(
      ({ what, due, repeats }) =>
        `• ${what}, ${sayMoment(due, now, zoneOf(handling))}${repeats === undefined ? '' : ` (${repeats})`}`,
    );
  const more = waiting.length > TOLD_MAX ? [`and ${waiting.length - TOLD_MAX} more`] : [];
  const head = waiting.length === 1 ? 'One reminder is waiting:' : `${waiting.length} reminders are waiting:`;
  return [head, ...lines, ...more].join('\n');
}

interface Named {
  readonly id?: string | undefined;
  readonly query?: string | undefined;
}

function cancelReminder(named: Named, handling: MessageHandling): JsonObject {
  const found = named.id === undefined ? matching(named.query ?? '', handling) : [byId(named.id, handling)];
  const [only] = found;
  if (only === undefined) {
    return {
      text: `No waiting reminder is about “${named.query}”. Say "list my reminders" to see them.`,
      reminder: null,
    };
  }
  if (found.length > 1) return askWhich(found, handling);
  if (only.status !== 'waiting')
    throw new KaiError('CONFLICT', `“${only.what}” is not waiting: it was ${only.status} before.`);
  handling.timers.cancel(only.id);
  const cancelled: KeptReminder = { ...only, status: 'cancelled' };
  store(cancelled, handling);
  dropOldest(handling);
  return { text: `Cancelled: ${only.what}.`, reminder: shown(cancelled) };
}

function askWhich(found: readonly KeptReminder[], handling: MessageHandling): JsonObject {
  const now = handling.clock.now();
  const lines = found
    .slice(0, TOLD_MAX)
    .map(({ what, due }) => `• ${what}, ${sayMoment(due, now, zoneOf(handling))}`);
  return {
    text: [`${found.length} reminders fit. Which one? Say more of its words:`, ...lines].join('\n'),
    reminder: null,
    reminders: fitting(found.map(shown)),
  };
}

function restoreReminder(id: string, handling: MessageHandling): JsonObject {
  const past = byId(id, handling);
  if (past.status === 'waiting') return { text: `“${past.what}” is waiting already.`, reminder: shown(past) };
  const now = handling.clock.now();
  const timeZone = zoneOf(handling);
  const due =
    past.due > now
      ? past.due
      : typeof past.cron === 'string'
        ? nextTime(past.cron, now, timeZone)
        : undefined;
  if (due === undefined) {
    throw new KaiError('CONFLICT', `The time of “${past.what}” has passed; make a new reminder instead.`);
  }
  refuseTooMany(handling);
  const restored: KeptReminder = { ...past, due, status: 'waiting' };
  keep(restored, handling);
  return { text: `Restored: ${past.what}, ${sayMoment(due, now, timeZone)}.`, reminder: shown(restored) };
}

/** The timer's event. A reminder that has gone or is cancelled stays silent. */
function fire(id: string, handling: MessageHandling): void {
  const reminder = find(id, handling);
  if (reminder?.status !== 'waiting') return;
  const now = handling.clock.now();
  const fired: KeptReminder = { ...reminder, status: 'fired', firedAt: now };
  const late = now - reminder.due > LATE_MS ? sayLateness(reminder, now, zoneOf(handling)) : null;
  handling.publish('tasks:reminders.fired', 'reminders.fired', { reminder: shown(fired), late });
  const next = typeof reminder.cron === 'string' ? nextTime(reminder.cron, now, zoneOf(handling)) : undefined;
  if (next === undefined) {
    store(fired, handling);
    dropOldest(handling);
  } else {
    keep({ ...fired, due: next, status: 'waiting' }, handling);
  }
}

function sayLateness({ due, cron }: KeptReminder, now: number, timeZone: string): string {
  let missed = 0;
  if (typeof cron === 'string') {
    let next = nextTime(cron, due, timeZone);
    while (next !== undefined && next <= now && missed < MISSED_MAX) {
      missed += 1;
      next = nextTime(cron, next, timeZone);
    }
  }
  return sayLate(due, missed, now, timeZone);
}

function zoneOf(context: AgentContext): string {
  const set = context.settings.timeZone;
  return typeof set === 'string' ? set : systemTimeZone();
}
