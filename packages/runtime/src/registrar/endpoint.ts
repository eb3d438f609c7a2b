/**
 * An endpoint: something that takes messages under an address. Today an agent's cell on this node; an agent on
 * another node is one, too, behind its link.
 */

import type { AgentAddress, Health, MessageContext, NodeAddress, Reach } from '@kai/protocol';
import type { Capability } from '../agents/context.ts';
import type { Exchange } from '../router/exchange.ts';

export interface Endpoint {
  readonly address: AgentAddress | NodeAddress;
  /** Services that it serves. */
  readonly services: readonly string[];
  /** How far a message travels that it takes. */
  readonly reach: Reach;
  readonly health: Health;
  /** Share of its capacity in use, 0 to 1. */
  readonly load: number;
  capability(): Capability;
  /** Whether it takes this intent and changes state by it. */
  writes(intent: string): boolean;
  /** Never throws; what it cannot take it fails through the exchange. */
  take(exchange: Exchange): void;
  /** The context of replies that reached it by `rule`; shared, so that a reply costs no new objects. */
  replyContext(rule: string): MessageContext;
}

export function canTake(endpoint: Endpoint): boolean {
  return endpoint.health === 'alive' || endpoint.health === 'busy';
}
