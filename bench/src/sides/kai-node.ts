/** kAI's side: a node in this process on the system's clock and randomness, everything else in memory. */

import { defineAgent, type KaiNode, type NodeOptions, type NodePorts, startNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { address, systemClock, systemRandom } from 'kai';
import { type Callee, type CalleeTraits, Handled, QUESTION } from '../calls.ts';

export const ADDER = 'kai://bench.here.adder';
export const ADD = 'sums.add';

/** Admits {@link QUESTION} and what is like it. */
export const QUESTION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['a', 'b'],
  properties: { a: { type: 'integer' }, b: { type: 'string', maxLength: 255 } },
};

/** A node at `kai://bench.here` whose trace is off unless `traits` say otherwise. */
export async function openNode(
  traits: Omit<NodeOptions, 'address' | 'ports'> = {},
  ports: Partial<NodePorts> = {},
): Promise<KaiNode> {
  const here = address('kai://bench.here');
  if (here.kind !== 'node') throw new TypeError(`${here.text} is no node`);
  return startNode({
    address: here,
    traceEntries: 0,
    ...traits,
    ports: {
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      store: openMemoryStore(),
      indexes: openMemoryIndexes(),
      ...ports,
    },
  });
}

/** Registers an agent that adds, and asks it as a client of the node. */
export function calleeOn(node: KaiNode, { checked = false, waiting = 0 }: CalleeTraits = {}): Callee {
  const handled = new Handled();
  const summary = 'Adds.';
  const handler = waiting > 0 ? handled.answerLater : handled.answer;
  node.register(
    defineAgent({
      name: 'adder',
      summary,
      concurrency: Math.max(1, waiting),
      intents: { [ADD]: { summary, handler, ...(checked && { input: QUESTION_SCHEMA }) } },
    }),
  );
  const client = node.client('caller');
  return { call: () => client.call(ADDER, ADD, QUESTION), handled };
}
