/**
 * One message to an agent as a snapshot has it, without any effect: on a node of its own, at the moment of the snapshot.
 *
 * What it sends and publishes is told and not delivered; what it asks others is refused `POLICY_DENIED`. Its state and
 * timers live in memory, its search indexes are empty. It has the node's models. What its code does past the message bus
 * (files, network) is not held back.
 */

import { agentAddress, type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import type { Cell } from '../agents/cell.ts';
import type { KaiNode, NodeOptions, NodePorts } from '../node.ts';
import type { TextIndexes } from '../ports/index.ts';
import { parseRule, type Rule } from '../table/rule.ts';
import type { Bundle } from './bundle.ts';
import { type Difference, difference } from './difference.ts';
import { isolatedStore } from './isolated-store.ts';

export interface IsolatedMessage {
  readonly intent: string;
  readonly payload: JsonValue;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export interface SentMessage {
  readonly to: string;
  readonly intent: string;
  /** As JSON, cut when it is long. */
  readonly payload: string;
}

export interface IsolatedRun {
  readonly outcome: { readonly answer: JsonValue } | { readonly error: KaiError };
  /** From the snapshot to what the agent would keep. */
  readonly difference: Difference;
  /** What it would have sent, asked and published, oldest first; at most {@link SENT_MAX}. */
  readonly sent: readonly SentMessage[];
}

/** Opens the node of the run; given, because a node is what asks for it. */
export type StartNode = (options: NodeOptions) => Promise<KaiNode>;

/** How long the agent has for its answer. */
export const ISOLATED_MS = 10_000;
/** Messages that are told. */
export const SENT_MAX = 100;

const SUFFIX = '-test';
const LABEL_MAX = 63;

/** `cell`: the agent as it is here; it is not touched. */
export async function runIsolated(
  start: StartNode,
  ports: NodePorts,
  cell: Cell,
  bundle: Bundle,
  message: IsolatedMessage,
): Promise<IsolatedRun> {
  const { surroundings, compiled, settings } = cell;
  const name = testName(cell.address.text.slice(surroundings.node.text.length + 1));
  const { text } = agentAddress(surroundings.node, name);
  const store = isolatedStore(bundle, text);
  const { clock } = ports;
  await using node = await start({
    address: surroundings.node,
    rules: [undelivered(text)],
    reach: surroundings.reach,
    ports: {
      clock: {
        now: () => bundle.at,
        monotonic: () => clock.monotonic(),
        after: (delayMs, wake) => clock.after(delayMs, wake),
        yield: (run) => clock.yield(run),
      },
      random: ports.random,
      log: ports.log.child('isolated'),
      store,
      indexes: emptyIndexes,
      models: surroundings.models,
    },
  });
  node.register(compiled.definition, { name, settings });
  const outcome = await askOnce(node, text, message);
  const changed = { ...bundle, state: store.state, timers: [...store.timers.values()] };
  const upcoming = bundle.timers.filter(({ due }) => due > bundle.at);
  return {
    outcome,
    difference: difference({ ...bundle, timers: upcoming }, changed),
    sent: await sentBy(node, text),
  };
}

async function askOnce(
  node: KaiNode,
  to: string,
  { intent, payload, signal }: IsolatedMessage,
): Promise<IsolatedRun['outcome']> {
  try {
    const options = { timeoutMs: ISOLATED_MS, signal };
    return { answer: await node.client('tester').call(to, intent, payload, options) };
  } catch (error) {
    if (error instanceof KaiError) return { error };
    throw error;
  }
}

async function sentBy(node: KaiNode, from: string): Promise<IsolatedRun['sent']> {
  const query = { containing: from, limit: 1000 };
  const answer = (await node.client('reader').call(node.address, 'node.trace', query)) as JsonObject;
  const entries = Array.isArray(answer.entries) ? answer.entries : [];
  return (entries as readonly JsonObject[])
    .filter((entry) => entry.from === from && (entry.outcome === 'refused' || entry.outcome === 'published'))
    .reverse()
    .slice(0, SENT_MAX)
    .map(({ to, intent, payload }) => ({ to: String(to), intent: String(intent), payload: String(payload) }));
}

/** Nothing that the agent sends goes anywhere. */
function undelivered(from: string): Rule {
  const reason = 'this is an isolated run: nothing is delivered';
  const parsed = parseRule({ name: 'isolated', match: { from }, reject: reason }, 0);
  if (parsed.ok) return parsed.rule;
  throw new KaiError('INTERNAL', `the rule of an isolated run is wrong: ${JSON.stringify(parsed.misfits)}`);
}

function testName(name: string): string {
  const labels = name.split('.');
  const last = labels.pop() ?? '';
  return [...labels, `${last.slice(0, LABEL_MAX - SUFFIX.length)}${SUFFIX}`].join('.');
}

const emptyIndexes: TextIndexes = {
  open: async () => ({
    put: async () => {},
    remove: async () => {},
    sources: async () => new Map(),
    search: async () => [],
  }),
  [Symbol.asyncDispose]: async () => {},
};
