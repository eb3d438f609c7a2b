/** An agent that keeps what it is told, on a node that keeps snapshots. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import { openMemorySnapshots } from '@kai/stores/memory';
import { type AgentDefinition, defineAgent, defineIntent } from '../src/index.ts';
import type { Snapshots } from '../src/ports/index.ts';
import { type Fixture, type FixtureOptions, startFixture } from './node-fixture.ts';

export const AT = 'kai://alice.hub.keeper';
const NODE = 'kai://alice.hub';

export function keeper(more: Partial<AgentDefinition> = {}): AgentDefinition {
  const { intents, ...rest } = more;
  return defineAgent({
    name: 'keeper',
    summary: 'Keeps.',
    version: '1.2.0',
    intents: {
      put: defineIntent({
        summary: 'Puts what is given, and removes what is null.',
        effect: 'write',
        handler: (input, { state }) => {
          for (const [key, value] of Object.entries(input as JsonObject)) {
            if (value === null) state.delete(key);
            else state.set(key, value);
          }
          return { keys: [...state.entries()].length };
        },
      }),
      all: defineIntent({ summary: 'All.', handler: (_, { state }) => Object.fromEntries(state.entries()) }),
      wake: defineIntent({
        summary: 'Sets a timer.',
        effect: 'write',
        handler: (input, { timers, clock }) => {
          const { name, inMs } = input as { name: string; inMs: number };
          timers.set({ name, due: clock.now() + inMs, intent: 'woken', payload: { name } });
        },
      }),
      woken: defineIntent({
        summary: 'Woken.',
        handler: (input, { state }) => state.set(`woken ${(input as { name: string }).name}`, true),
      }),
      ...intents,
    },
    ...rest,
  });
}

export interface Keeping extends Fixture {
  readonly kept: Snapshots;
}

export async function withKeeper(
  more: Partial<AgentDefinition> = {},
  options: FixtureOptions = {},
): Promise<Keeping> {
  const kept = options.snapshots ?? openMemorySnapshots();
  const fixture = await startFixture({ ...options, snapshots: kept });
  fixture.node.register(keeper(more));
  return { ...fixture, kept };
}

/** Asks the node itself for `node.…`, and the keeper for anything else. */
export async function ask({ client }: Fixture, intent: string, payload: JsonValue = {}): Promise<JsonObject> {
  const to = intent.startsWith('node.') ? NODE : AT;
  return (await client.call(to, intent, payload, { timeoutMs: 60_000 })) as JsonObject;
}

export async function take(fixture: Fixture, note = ''): Promise<string> {
  return String((await ask(fixture, 'snapshot', { note })).id);
}
