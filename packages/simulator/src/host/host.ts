/**
 * A host: what runs agents on a simulated node. The runtime is one; a small model of it, or a broken one, is another,
 * by which the simulator itself is tested.
 */

import type { JsonObject, JsonValue, NodeAddress } from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import type { Clock, Log, Random, Store, TextIndexes } from '@kai/runtime/ports';
import type { Level, Step } from '../scenario/scenario.ts';

export interface HostPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Store;
  readonly indexes: TextIndexes;
}

export interface HostedAgent {
  readonly name: string;
  readonly definition: AgentDefinition;
  readonly settings: JsonObject;
}

export interface HostStart {
  readonly address: NodeAddress;
  readonly ports: HostPorts;
  readonly agents: readonly HostedAgent[];
}

/** What a simulated client hands over. */
export interface Submission {
  /** Stays the same when it is handed over again. */
  readonly id: string;
  readonly do: Step['do'];
  /** The agent's name. */
  readonly to: string;
  readonly intent: string;
  readonly payload: JsonValue;
  readonly until: Level;
}

export interface Acknowledgement {
  /** `sent`: nobody said anything. */
  readonly level: 'sent' | Level;
  readonly answer: JsonValue;
}

export interface Host {
  readonly name: string;
  /** Whether a message that is handed over again under its id is known again: then clients repeat what they heard nothing of. */
  readonly repeats: boolean;
  /** @throws KaiError when the store refuses: the node is started again later. */
  start(start: HostStart): Promise<HostedNode>;
}

export interface HostedNode {
  /** Rejects with a KaiError. */
  submit(submission: Submission): Promise<Acknowledgement>;
  /** Asks an agent something that changes nothing. Rejects with a KaiError. */
  ask(agent: string, intent: string, payload: JsonValue): Promise<JsonValue>;
  /** Messages that are on their way, waiting or being handled. */
  underWay(): number;
}
