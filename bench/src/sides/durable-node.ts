/** kAI's side of what is durable: a node on a SQLite store whose agents write down what they are told. */

import { join } from 'node:path';
import { defineAgent, type KaiNode } from '@kai/runtime';
import { type Store, silentLog } from '@kai/runtime/ports';
import { openSqliteStore } from '@kai/stores/sqlite';
import { systemClock } from 'kai';
import { openNode } from './kai-node.ts';

/** Agents that share the messages. */
const AGENTS = 8;
/** Keys that each of them writes in turn. */
const KEYS = 100;
export const TELL = 'facts.tell';
/** What each message leaves on disk: a value, and two rows of the journal. */
export const JOURNAL_ROWS = 2;

export interface DurableNode extends AsyncDisposable {
  readonly store: Store;
  /** Messages whose handlers have ended. */
  readonly handled: () => number;
  /** Tells a fact; resolves once it is on disk. */
  readonly tell: (n: number) => Promise<unknown>;
}

/** A node in `folder`, whose journal keeps `messages` messages. */
export async function openDurableNode(folder: string, messages: number): Promise<DurableNode> {
  await using opened = new AsyncDisposableStack();
  const retention = { journalMax: 2 * JOURNAL_ROWS * messages };
  const path = join(folder, 'kai.db');
  const store = opened.use(await openSqliteStore({ path, clock: systemClock, log: silentLog, retention }));
  const node = opened.use(await openNode({}, { store }));
  let handled = 0;
  register(node, () => {
    handled += 1;
  });
  const client = node.client('teller');
  const stack = opened.move();
  return {
    store,
    handled: () => handled,
    tell: (n) => client.call(`kai://bench.here.facts-${n % AGENTS}`, TELL, { n, text: 'hello world' }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function register(node: KaiNode, count: () => void): void {
  const definition = defineAgent({
    name: 'facts',
    summary: 'Writes down what it is told.',
    intents: {
      [TELL]: {
        summary: 'Writes it down.',
        effect: 'write',
        handler(fact, { state }) {
          const { n } = fact as { readonly n: number };
          state.set(`fact-${Math.floor(n / AGENTS) % KEYS}`, fact);
          count();
          return { n };
        },
      },
    },
  });
  for (let agent = 0; agent < AGENTS; agent += 1) node.register(definition, { name: `facts-${agent}` });
}

/** `width` messages at a time, each caller on its own. @throws Error when one was not handled. */
export async function tellAll(node: DurableNode, messages: number, width: number): Promise<void> {
  const before = node.handled();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < messages; n = next++) await node.tell(n);
  };
  await Promise.all(Array.from({ length: width }, caller));
  const handled = node.handled() - before;
  if (handled !== messages) throw new Error(`${handled} of ${messages} messages were handled`);
}
