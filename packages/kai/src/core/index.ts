/**
 * kai-core: the conversation. It understands sentences by the agents' phrases, hands them to the agents over the message
 * bus like anybody else, and lets a language model speak when there is one.
 */

import type { JsonObject, JsonValue } from '@kai/protocol';
import {
  type AgentContext,
  type AgentState,
  defineAgent,
  defineIntent,
  type MessageHandling,
} from '@kai/runtime';
import { abilitiesOf, phrasebookOf } from './abilities.ts';
import { type Found, findAnswer } from './answer.ts';
import { clear, remember, restore, SESSION_DEFAULT, sessions, type Turn, turnsOf } from './turns.ts';

/** People who talk at the same time. */
const CONCURRENCY = 64;
const TEXT_LENGTH_MAX = 100_000;

const session = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;
const inSession = { type: 'object', properties: { session }, additionalProperties: false } as const;

/** Tells every window that a conversation was cleared or brought back. */
const CLEARED = 'tasks:conversation.cleared';

const bookFor = phrasebookOf();

export const kaiCore = defineAgent({
  name: 'kai-core',
  summary: 'The conversation: understands what you say and asks the agents that can do it.',
  version: '0.1.0',
  concurrency: CONCURRENCY,
  start: finishInterrupted,
  topics: { 'tasks:reminders.fired': tellReminder },
  intents: {
    'conversation.say': defineIntent({
      summary: 'Answers a sentence.',
      effect: 'write',
      internal: true,
      input: {
        type: 'object',
        properties: { text: { type: 'string', minLength: 1, maxLength: TEXT_LENGTH_MAX }, session },
        required: ['text'],
        additionalProperties: false,
      },
      handler: ({ text, session = SESSION_DEFAULT }, handling) => say(text, session, handling),
    }),
    'conversation.remember': defineIntent({
      summary: 'Keeps a turn.',
      effect: 'write',
      internal: true,
      handler: (turn, handling) => {
        const { session, ...rest } = turn as JsonObject & { readonly session: string };
        keep(handling.state, session, rest as Turn, handling);
        return {};
      },
    }),
    'conversation.history': defineIntent({
      summary: 'What was said.',
      internal: true,
      input: {
        type: 'object',
        properties: { session, limit: { type: 'integer', minimum: 1, maximum: 1000 } },
        additionalProperties: false,
      },
      handler: ({ session = SESSION_DEFAULT, limit = 200 }, { state }) => ({
        session,
        turns: turnsOf(state, session).slice(-limit) as readonly JsonValue[],
      }),
    }),
    'conversation.clear': defineIntent({
      summary: 'Clears a conversation; it can be restored.',
      effect: 'write',
      internal: true,
      input: inSession,
      handler: async ({ session = SESSION_DEFAULT }, handling) => {
        const cleared = await mark(session, 'clear', handling);
        handling.publish(CLEARED, 'conversation.cleared', { session, cleared });
        return { cleared };
      },
    }),
    'conversation.restore': defineIntent({
      summary: 'Brings back what was cleared last.',
      effect: 'write',
      internal: true,
      input: inSession,
      handler: async ({ session = SESSION_DEFAULT }, handling) => {
        const restored = await mark(session, 'restore', handling);
        handling.publish(CLEARED, 'conversation.cleared', { session, restored });
        return { restored };
      },
    }),
    'conversation.mark': defineIntent({
      summary: 'Hides what was said so far, or shows it again.',
      effect: 'write',
      internal: true,
      input: {
        type: 'object',
        properties: { session, as: { enum: ['clear', 'restore'] } },
        required: ['session', 'as'],
        additionalProperties: false,
      },
      handler: ({ session, as }, { state }) =>
        as === 'clear' ? clear(state, session) : restore(state, session),
    }),
    'conversation.abilities': defineIntent({
      summary: 'What can be asked, with examples.',
      internal: true,
      handler: (_, handling) => ({ abilities: abilitiesOf(handling.capabilities()) as readonly JsonValue[] }),
    }),
  },
});

async function* say(
  text: string,
  session: string,
  handling: MessageHandling,
): AsyncGenerator<JsonValue, JsonValue> {
  const history = turnsOf(handling.state, session);
  // Kept at once, beside the search for an answer: what was said survives even if the answer does not.
  const asked = turn(handling, 'person', text);
  const kept = handling.call(handling.self, 'conversation.remember', { session, ...asked });
  // Awaited below; until then a failure must not count as unhandled.
  kept.catch(() => {});
  const found = yield* findAnswer(text, history, bookFor(handling.capabilities()), handling);
  await kept;
  return conclude(found, session, asked.id, handling);
}

/** The turns' ids are part of the reply: whoever asked knows its own among the turns that are published. */
function conclude(found: Found, session: string, asked: string, handling: MessageHandling): JsonValue {
  const { text, answeredBy, sources, tried } = found;
  const extra = { answeredBy, ...(sources.length > 0 && { sources }) };
  const answer = turn(handling, 'kai', text, extra);
  keep(handling.state, session, answer, handling);
  handling.route({
    by: answeredBy.kind,
    name: answeredBy.name,
    where: answeredBy.where,
    why: answeredBy.why,
    tried,
  });
  return { text, session, turn: answer.id, asked, answeredBy, sources };
}

/**
 * A message of its own, so that it is on disk when it returns: who hears of it may ask for the history at once, and must
 * not get the one from before.
 */
async function mark(session: string, as: 'clear' | 'restore', handling: MessageHandling): Promise<number> {
  return (await handling.call(handling.self, 'conversation.mark', { session, as })) as number;
}

/** A conversation that was cut off by a restart gets an end, so that nobody waits for one. */
function finishInterrupted(context: AgentContext): void {
  for (const session of sessions(context.state)) {
    if (turnsOf(context.state, session).at(-1)?.role !== 'person') continue;
    const text = 'I was stopped before I could answer this. Please ask again.';
    keep(context.state, session, turn(context, 'kai', text), context);
  }
}

function tellReminder(payload: JsonValue, handling: MessageHandling): void {
  const { reminder, late } = payload as {
    readonly reminder: { readonly id: string; readonly what: string };
    readonly late?: JsonValue;
  };
  const lateness = typeof late === 'string' && late !== '' ? ` ${late}` : '';
  const about = { kind: 'reminder', id: reminder.id };
  keep(
    handling.state,
    SESSION_DEFAULT,
    turn(handling, 'kai', `Reminder: ${reminder.what}.${lateness}`, { about }),
    handling,
  );
}

function keep(state: AgentState, session: string, turn: Turn, context: AgentContext): void {
  remember(state, session, turn);
  context.publish('tasks:conversation.turn', 'conversation.turn', { session, turn: turn as JsonValue });
}

function turn(context: AgentContext, role: Turn['role'], text: string, extra: Partial<Turn> = {}): Turn {
  return { id: context.newId(), at: context.clock.now(), role, text, ...extra };
}
