/**
 * A node: one running kAI on one device, put together from its parts.
 *
 * This file assembles and decides nothing. Starting reads what was kept; closing stops taking messages, lets
 * handlers finish for a while, and returns only when nothing runs any more.
 */

import type { AgentAddress, JsonObject, Message, NodeAddress, Reach, TopicPattern } from '@kai/protocol';
import type { Sender } from './agents/context.ts';
import type { AgentDefinition } from './agents/definition.ts';
import type { Clock, Log, ModelRuntime, Occupancy, Random, Store, TextIndexes } from './ports/index.ts';
import type { Facts } from './table/condition.ts';
import type { Rule } from './table/rule.ts';

export interface NodePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Store;
  readonly indexes: TextIndexes;
  readonly occupancy?: Occupancy;
  readonly models?: readonly ModelRuntime[];
  /** Facts for the table's conditions besides those that the node knows itself. Asked once per message that needs them. */
  readonly facts?: () => Facts;
}

export interface NodeOptions {
  readonly address: NodeAddress;
  readonly ports: NodePorts;
  readonly rules?: readonly Rule[];
  /** The label of messages that carry none. Default `device`: nothing leaves unless someone says so. */
  readonly reach?: Reach;
  /** What is written to disk of the traffic: nothing, what is durable (default), or all. */
  readonly journal?: 'none' | 'durable' | 'all';
  /** Entries of the trace that are kept in memory; 0 switches tracing off. Default {@link TRACE_ENTRIES}. */
  readonly traceEntries?: number;
  readonly version?: string;
  readonly topology?: string;
}

export interface AgentHandle {
  readonly address: AgentAddress;
  /** Stops taking messages, lets the running ones finish, and goes. */
  leave(): Promise<void>;
}

export interface RegisterOptions {
  /** In place of the definition's name, for several agents of one definition. */
  readonly name?: string;
  readonly settings?: JsonObject;
}

export interface Subscription {
  cancel(): void;
}

/** A sender from outside the agents: a window, a command line, a test. */
export interface Client extends Sender, Disposable {
  readonly address: AgentAddress;
  subscribe(topic: TopicPattern, hear: (message: Message) => void): Subscription;
}

export interface KaiNode extends AsyncDisposable {
  readonly address: NodeAddress;
  /** Grows by one at each start. */
  readonly incarnation: number;
  /** @throws TypeError when the definition is wrong, KaiError `CONFLICT` when the name is taken. */
  register(definition: AgentDefinition, options?: RegisterOptions): AgentHandle;
  /** `name` gets a number behind it when it is taken. */
  client(name: string): Client;
  /** Takes effect with the next message. */
  setRules(rules: readonly Rule[]): void;
}
