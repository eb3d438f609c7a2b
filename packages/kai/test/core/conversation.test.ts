/** The conversation as its windows see it: turns that each can recognise, clearing that all of them hear of. */

import {
  address,
  type JsonObject,
  type JsonValue,
  KaiError,
  type NodeAddress,
  parseTopicPattern,
  type TopicPattern,
} from '@kai/protocol';
import { defineAgent, defineIntent, type KaiNode, startNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { describe, expect, it } from 'vitest';
import { kaiCore } from '../../src/core/index.ts';
import { systemClock } from '../../src/system/clock.ts';
import { systemRandom } from '../../src/system/random.ts';

const KAI = 'kai://agent.kai-core';

const notes = defineAgent({
  name: 'notes',
  summary: 'Keeps notes.',
  intents: {
    'notes.add': defineIntent({
      summary: 'Keeps a note.',
      effect: 'write',
      phrases: ['note: {text}'],
      handler: (payload) => {
        const { text } = payload as { text: string };
        if (text === 'poison') throw new KaiError('CONFLICT', 'That is not kept.');
        return { text: `Noted: ${text}` };
      },
    }),
  },
});

async function withConversation(use: (node: KaiNode) => Promise<void>): Promise<void> {
  const ports = {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    store: openMemoryStore(),
    indexes: openMemoryIndexes(),
  };
  await using node = await startNode({ address: address('kai://ada.hub') as NodeAddress, ports });
  node.register(notes);
  node.register(kaiCore);
  await use(node);
}

type Turn = { readonly id: string; readonly role: string; readonly text: string };

function topic(text: string): TopicPattern {
  const parsed = parseTopicPattern(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

describe('a conversation', () => {
  it('answers with the ids of both turns, as they are published and kept', () =>
    withConversation(async (node) => {
      using client = node.client('window');
      const heard: Turn[] = [];
      client.subscribe(topic('tasks:conversation.turn'), ({ payload }) => {
        heard.push((payload as { turn: Turn }).turn);
      });
      const reply = (await client.call(KAI, 'conversation.say', { text: 'note: milk' })) as JsonObject;
      const { turns } = (await client.call(KAI, 'conversation.history')) as { turns: readonly Turn[] };
      expect(turns.map(({ id, role, text }) => [id, role, text])).toEqual([
        [reply.asked, 'person', 'note: milk'],
        [reply.turn, 'kai', 'Noted: milk'],
      ]);
      expect(heard.map(({ id }) => id)).toEqual([reply.asked, reply.turn]);
    }));

  it('ends a step once, also one that fails', () =>
    withConversation(async (node) => {
      using client = node.client('window');
      const statuses = async (text: string): Promise<readonly string[]> => {
        const parts: JsonObject[] = [];
        for await (const part of client.stream(KAI, 'conversation.say', { text }))
          parts.push(part as JsonObject);
        return parts.flatMap(({ kind, status }) => (kind === 'step' ? [String(status)] : []));
      };
      expect(await statuses('note: milk')).toEqual(['started', 'done']);
      expect(await statuses('note: poison')).toEqual(['started', 'failed']);
    }));

  it('tells everyone that it was cleared or brought back, once that is so', () =>
    withConversation(async (node) => {
      using client = node.client('window');
      const heard: JsonValue[] = [];
      const lengths: Promise<number>[] = [];
      const length = async (): Promise<number> => {
        const { turns } = (await client.call(KAI, 'conversation.history')) as { turns: readonly JsonValue[] };
        return turns.length;
      };
      client.subscribe(topic('tasks:conversation.cleared'), ({ payload }) => {
        heard.push(payload);
        lengths.push(length());
      });
      await client.call(KAI, 'conversation.say', { text: 'note: milk' });
      expect(await client.call(KAI, 'conversation.clear')).toEqual({ cleared: 2 });
      expect(await client.call(KAI, 'conversation.restore', { session: 'main' })).toEqual({ restored: 2 });
      expect(heard).toEqual([
        { session: 'main', cleared: 2 },
        { session: 'main', restored: 2 },
      ]);
      expect(await Promise.all(lengths)).toEqual([0, 2]);
    }));

  it('marks a reminder that fired as such', () =>
    withConversation(async (node) => {
      using client = node.client('window');
      client.publish('tasks:reminders.fired', 'reminders.fired', {
        reminder: { id: 'r1', what: 'take the pills' },
        late: 'This was due at 17:00, while I was off.',
      });
      await expect
        .poll(async () => (await client.call(KAI, 'conversation.history')) as JsonValue)
        .toMatchObject({
          turns: [
            {
              text: 'Reminder: take the pills. This was due at 17:00, while I was off.',
              about: { kind: 'reminder', id: 'r1' },
            },
          ],
        });
    }));
});
