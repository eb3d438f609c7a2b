/** A node with the assistant's agents for tests: stores in memory unless a test brings its own. */

import { type NodeAddress, parseAddress, parseTopicPattern } from '@kai/protocol';
import { type AgentDefinition, type Client, type KaiNode, startNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { type Clock, type JsonObject, type ModelRuntime, systemClock, systemRandom } from 'kai';

type Ports = Parameters<typeof startNode>[0]['ports'];

export interface AssistantOptions {
  readonly agents: readonly { readonly definition: AgentDefinition; readonly settings?: JsonObject }[];
  readonly clock?: Clock;
  readonly store?: Ports['store'];
  readonly indexes?: Ports['indexes'];
  readonly models?: readonly ModelRuntime[];
}

export class Assistant implements AsyncDisposable {
  readonly node: KaiNode;
  readonly client: Client;

  private constructor(node: KaiNode) {
    this.node = node;
    this.client = node.client('test');
  }

  static async start(options: AssistantOptions): Promise<Assistant> {
    const { agents, clock = systemClock, models = [] } = options;
    const store = options.store ?? openMemoryStore();
    const indexes = options.indexes ?? openMemoryIndexes();
    const ports = { clock, random: systemRandom, log: silentLog, store, indexes, models };
    const node = await startNode({ address: nodeAddress('kai://test.home'), ports });
    for (const { definition, settings = {} } of agents) node.register(definition, { settings });
    return new Assistant(node);
  }

  /** Asks the agent that serves the intent: `notes.add` is asked of `notes`. */
  async ask<T extends JsonObject = JsonObject>(intent: string, payload: JsonObject = {}): Promise<T> {
    const agent = intent.split('.')[0];
    return (await this.client.call(`kai://agent.${agent}`, intent, payload)) as T;
  }

  /** Payloads of a topic's events, in a list that grows. */
  hear<T extends JsonObject = JsonObject>(topic: string): T[] {
    const heard: T[] = [];
    const pattern = parseTopicPattern(topic);
    if (!pattern.ok) throw new TypeError(pattern.problem.message);
    this.client.subscribe(pattern.value, ({ payload }) => heard.push(payload as T));
    return heard;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node[Symbol.asyncDispose]();
  }
}

function nodeAddress(text: string): NodeAddress {
  const parsed = parseAddress(text);
  if (!parsed.ok || parsed.value.kind !== 'node') throw new TypeError(`${text} is no node's address`);
  return parsed.value;
}
