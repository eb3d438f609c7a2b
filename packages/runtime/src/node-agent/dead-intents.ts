/**
 * Dead letters: `node.dead` lists them, `node.dead.show` gives one, `node.dead.retry` sends one again, `node.dead.drop`
 * forgets one.
 *
 * None of these is declared to write: what a node's own agent takes durably would stand in the node's outbox.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import type { DeadLetter, Store } from '../ports/index.ts';
import { jsonOf } from './json-of.ts';
import { limit, type NodeView, text } from './node-view.ts';
import { retryLetter } from './retry-letter.ts';

const LIMIT_DEFAULT = 100;
/** Letters that are looked through for one; first the newest, since people act on those. */
const LOOKED_THROUGH: readonly number[] = [100, 10_000];

const byId = {
  type: 'object',
  properties: { id: text },
  required: ['id'],
  additionalProperties: false,
} as const;

export function deadIntents(view: NodeView): Record<string, IntentDefinition> {
  const { store } = view;
  return {
    'node.dead': defineIntent({
      summary: 'Messages that could not be delivered.',
      input: { type: 'object', properties: { limit } },
      handler: async (query) => ({ letters: jsonOf(await store.readDead(query.limit ?? LIMIT_DEFAULT)) }),
    }),
    'node.dead.show': defineIntent({
      summary: 'One message that could not be delivered, whole.',
      input: byId,
      handler: async ({ id }): Promise<JsonValue> => ({ letter: jsonOf(await letterOf(store, id)) }),
    }),
    'node.dead.retry': defineIntent({
      summary: 'Sends a message again that could not be delivered.',
      input: byId,
      handler: async ({ id }, { signal }) =>
        jsonOf(await retryLetter(view, await letterOf(store, id), signal)),
    }),
    'node.dead.drop': defineIntent({
      summary: 'Forgets a message that could not be delivered.',
      input: byId,
      handler: async ({ id }) => {
        await letterOf(store, id);
        await store.commit({ raised: [id] });
        return { dropped: id };
      },
    }),
  };
}

/** The newest letter about this message. @throws KaiError `CONFLICT` when there is none (any more). */
async function letterOf(store: Store, id: string): Promise<DeadLetter> {
  for (const count of LOOKED_THROUGH) {
    const letters = await store.readDead(count);
    const found = letters.find((letter) => letter.id === id);
    if (found !== undefined) return found;
    if (letters.length < count) break;
  }
  throw new KaiError('CONFLICT', `there is no dead letter ${id} any more; kai dead lists those there are`);
}
