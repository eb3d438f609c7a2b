/** The real runtime as a host: what the simulator is for. */

import { agentAddress, type JsonValue, type MessageId, type NodeAddress } from '@kai/protocol';
import { type Client, type KaiNode, startNode } from '@kai/runtime';
import { Stream } from '../chance/chance.ts';
import { MESSAGE_ENTRY } from '../observe/watched-handling.ts';
import { WORLD_BEGINS } from '../time/process-clock.ts';
import type { Acknowledgement, Host, HostedNode, HostStart, Submission } from './host.ts';

/** How long a simulated client's call waits for its answer. */
const CALL_MS = 10_000;

/** Runs real nodes. A message that is handed over again has the same id, so clients repeat what they heard nothing of. */
export const runtimeHost: Host = {
  name: 'runtime',
  repeats: true,
  start: startRuntime,
};

async function startRuntime({ address, ports, agents }: HostStart): Promise<HostedNode> {
  const node = await startNode({ address, ports });
  for (const { name, definition, settings } of agents) node.register(definition, { name, settings });
  await node.resume();
  return new RuntimeNode(node, address);
}

class RuntimeNode implements HostedNode {
  readonly #node: KaiNode;
  readonly #address: NodeAddress;
  readonly #client: Client;

  constructor(node: KaiNode, address: NodeAddress) {
    this.#node = node;
    this.#address = address;
    // The same address after each start: a message is known again by its sender and its id.
    this.#client = node.client('simulated');
  }

  async submit({ id, do: how, to, intent, payload, until }: Submission): Promise<Acknowledgement> {
    const target = agentAddress(this.#address, to);
    const options = { id: messageIdOf(id), context: { [MESSAGE_ENTRY]: id } };
    switch (how) {
      case 'send':
        this.#client.send(target, intent, payload, options);
        return { level: 'sent', answer: null };
      case 'deliver': {
        const { level } = await this.#client.deliver(target, intent, payload, { ...options, until });
        return { level, answer: null };
      }
      case 'call': {
        const answer = await this.#client.call(target, intent, payload, { ...options, timeoutMs: CALL_MS });
        return { level: 'effected', answer };
      }
    }
  }

  ask(agent: string, intent: string, payload: JsonValue): Promise<JsonValue> {
    return this.#client.call(agentAddress(this.#address, agent), intent, payload, { timeoutMs: CALL_MS });
  }

  underWay(): number {
    const { router } = this.#node.surroundings;
    const ended =
      router.accounts.replies +
      router.accounts.failures +
      router.accounts.refusals +
      router.accounts.cancellations;
    return router.accounts.admittedRate.total - ended;
  }
}

/** A UUIDv7 for a simulated message: the same at each attempt. */
function messageIdOf(id: string): MessageId {
  const time = WORLD_BEGINS.toString(16).padStart(12, '0');
  const chance = new Stream(0, `id of ${id}`);
  const digits = [chance.next(), chance.next(), chance.next()]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
  const text = `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6, 18)}`;
  // Sound because the text is written in the form that the type stands for.
  return text as MessageId;
}
