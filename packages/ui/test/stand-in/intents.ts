/** What the stand-in's agents say of themselves: believable declarations, in the shape of docs/gateway.md. */

import type { IntentDeclaration } from '@kai/protocol';
import type { Agent } from '../../src/connection/wire.ts';

const NODE = 'kai://ada.kitchen';

function intent(
  name: string,
  effect: 'read' | 'write',
  summary: string,
  members: Record<string, string>,
  phrases: readonly string[] = [],
): IntentDeclaration {
  const optional = (member: string): boolean => member.endsWith('?');
  const input = {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(members).map(([key, type]) => [key.replace('?', ''), { type }]),
    ),
    required: Object.keys(members).filter((key) => !optional(key)),
    additionalProperties: false,
  };
  return { name, effect, summary, input, ...(phrases.length > 0 ? { phrases } : {}) };
}

function agent(
  name: string,
  summary: string,
  intents: readonly IntentDeclaration[],
  more: Partial<Agent> = {},
): Agent {
  return {
    address: `${NODE}.${name}`,
    name,
    summary,
    version: '0.1.0',
    services: [name],
    health: 'alive',
    queue: 0,
    queueMax: 256,
    running: 0,
    concurrency: 4,
    handled: 128,
    failed: 0,
    incarnation: 7,
    intents,
    ...more,
  };
}

export function makeAgents(): Agent[] {
  return [
    agent(
      'kai-core',
      'Understands what you say and asks the agents that can do it.',
      [
        intent('conversation.say', 'write', 'Answers what a person says.', {
          text: 'string',
          'session?': 'string',
        }),
        intent('conversation.history', 'read', 'Tells what was said.', {
          'session?': 'string',
          'limit?': 'integer',
        }),
        intent('conversation.clear', 'write', 'Forgets a conversation; it can be brought back.', {
          'session?': 'string',
        }),
      ],
      { handled: 1_904, running: 1, concurrency: 8 },
    ),
    agent(
      'documents',
      'Finds passages in the files of your documents folder.',
      [
        intent(
          'documents.ask',
          'read',
          'Finds what your documents say about a topic.',
          { topic: 'string', 'limit?': 'integer' },
          ['what (does|do) my documents say about {topic}', '(find|look up) {topic} [in my documents]'],
        ),
        intent('documents.open', 'read', 'Opens one document.', { source: 'string' }),
        intent('documents.rescan', 'write', 'Reads the folder again.', {}),
      ],
      { handled: 412, health: 'busy', queue: 214, running: 4 },
    ),
    agent(
      'notes',
      'Keeps notes, and finds them again.',
      [
        intent('notes.add', 'write', 'Keeps a note.', { text: 'string' }, [
          'note: {text}',
          '(remember|note) that {text}',
        ]),
        intent('notes.list', 'read', 'Lists notes, newest first.', { 'limit?': 'integer' }, [
          '[show] my notes',
        ]),
        intent('notes.search', 'read', 'Finds notes by words.', { query: 'string', 'limit?': 'integer' }),
        intent('notes.delete', 'write', 'Deletes a note; it can be restored for 30 days.', { id: 'string' }),
      ],
      { handled: 86 },
    ),
    agent(
      'reminders',
      'Tells you things when their time has come.',
      [
        intent('reminders.add', 'write', 'Sets a reminder.', { what: 'string', when: 'string' }, [
          'remind me {when} to {what}',
        ]),
        intent('reminders.list', 'read', 'Lists reminders, soonest first.', { 'all?': 'boolean' }, [
          'my reminders',
        ]),
      ],
      { handled: 61 },
    ),
    agent(
      'weather-station',
      'Reads the sensors on the roof.',
      [intent('weather.now', 'read', 'Tells temperature, wind and rain.', {}, ['how is the weather'])],
      {
        health: 'suspect',
        handled: 2_310,
        failed: 17,
        lastError: {
          at: Date.now() - 180_000,
          code: 'UNAVAILABLE',
          message: 'the sensor did not answer within 5 s',
        },
      },
    ),
    agent('summariser', 'Shortens long texts with the local model.', [
      intent('text.summarise', 'read', 'Shortens a text.', { text: 'string', 'sentences?': 'integer' }),
    ]),
  ];
}

export { NODE };
