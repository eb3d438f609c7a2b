/** The real runtime as a host: what the simulator is for. */

import { agentAddress, type JsonObject, type JsonValue, type NodeAddress } from '@kai/protocol';
import { type Client, type KaiNode, startNode } from '@kai/runtime';
import { MESSAGE_ENTRY } from '../observe/watched-handling.ts';
import type { Level } from '../scenario/scenario.ts';
import type { Acknowledgement, Host, HostedNode, HostStart, Submission } from './host.ts';

/** How long a simulated client's call waits for its answer. */
const CALL_MS = 10_000;

/** A client that can ask for an acknowledgement of a level; today's may not. */
interface Delivering {
  deliver(
    to: string,
    intent: string,
    payload: JsonValue,
    options: { readonly until: Level; readonly context: JsonObject },
  ): Promise<{ readonly level: Level; readonly id: string }>;
}

/** Runs real nodes. Clients do not repeat messages: a client of the runtime cannot choose a message's id. */
export const runtimeHost: Host = {
  name: 'runtime',
  repeats: false,
  start: startRuntime,
};

async function startRuntime({ address, ports, agents }: HostStart): Promise<HostedNode> {
  const node = await startNode({ address, ports });
  for (const { name, definition, settings } of agents) node.register(definition, { name, settings });
  return new RuntimeNode(node, address);
}

class RuntimeNode implements HostedNode {
  readonly #node: KaiNode;
  readonly #address: NodeAddress;
  readonly #client: Client & Partial<Delivering>;

  constructor(node: KaiNode, address: NodeAddress) {
    this.#node = node;
    this.#address = address;
    this.#client = node.client('simulated');
  }

  async submit({ id, do: how, to, intent, payload, until }: Submission): Promise<Acknowledgement> {
    const target = this.#text(to);
    const context = { [MESSAGE_ENTRY]: id };
    if (how === 'send') {
      this.#client.send(target, intent, payload, { context });
      return { level: 'sent', answer: null };
    }
    if (how === 'deliver' && this.#client.deliver !== undefined) {
      const { level } = await this.#client.deliver(target, intent, payload, { until, context });
      return { level, answer: null };
    }
    const durable = how === 'deliver' ? { ...context, delivery: 'durable' as const } : context;
    const reply = await this.#client.request(target, intent, payload, {
      context: durable,
      timeoutMs: CALL_MS,
    });
    return { level: 'effected', answer: reply.payload };
  }

  ask(agent: string, intent: string, payload: JsonValue): Promise<JsonValue> {
    return this.#client.call(this.#text(agent), intent, payload, { timeoutMs: CALL_MS });
  }

  underWay(): number {
    const { router } = this.#node.surroundings;
    return router.admittedRate.total - router.replies - router.failures - router.refusals;
  }

  #text(agent: string): string {
    return agentAddress(this.#address, agent).text;
  }
}
