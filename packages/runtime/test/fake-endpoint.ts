/** Endpoints that answer as a test tells them, in place of agents on this or another node. */

import { agentAddress, type Health, KaiError, type NodeAddress, nodeOf, type Reach } from '@kai/protocol';
import type { Endpoint } from '../src/registrar/endpoint.ts';
import type { Exchange } from '../src/router/exchange.ts';
import { NODE } from './node-fixture.ts';

export interface FakeEndpoint extends Endpoint {
  health: Health;
  load: number;
  readonly taken: Exchange[];
  /** What to do with the next ones; keeps them when absent. */
  answer: ((exchange: Exchange) => void) | undefined;
}

export interface FakeTraits {
  readonly node?: NodeAddress;
  readonly services?: readonly string[];
  readonly reach?: Reach;
  readonly load?: number;
  readonly intents?: readonly string[];
}

export function fakeEndpoint(name: string, traits: FakeTraits = {}): FakeEndpoint {
  const { node = NODE, services = [], reach = 'device', load = 0, intents = [] } = traits;
  const address = agentAddress(node, name);
  return {
    address,
    services,
    reach,
    load,
    health: 'alive',
    taken: [],
    answer: undefined,
    capability: () => ({
      address,
      summary: name,
      services,
      intents: intents.map((intent) => ({ name: intent, summary: intent, effect: 'read', input: {} })),
    }),
    take(exchange) {
      this.taken.push(exchange);
      this.answer?.(exchange);
    },
    writes: () => false,
    replyContext: (rule) => ({ route: { rule, served: address.text } }),
  };
}

/** Answers with the endpoint's own name. */
export function replies(endpoint: FakeEndpoint): (exchange: Exchange) => void {
  return (exchange) => {
    const { message, rule } = exchange;
    const to = message.from.kind === 'agent' ? nodeOf(message.from) : message.from;
    exchange.reply({
      ...message,
      kind: 'reply',
      from: endpoint.address,
      to,
      payload: endpoint.address.text,
      context: endpoint.replyContext(rule),
      re: message.id,
    });
  };
}

/** Refuses with this code. */
export function refuses(endpoint: FakeEndpoint, code: KaiError['code']): (exchange: Exchange) => void {
  return (exchange) => exchange.fail(new KaiError(code, `${code} for a test`, { at: endpoint.address.text }));
}
