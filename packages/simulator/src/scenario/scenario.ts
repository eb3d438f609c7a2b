/**
 * A scenario: which agents, what is asked of them, what goes wrong meanwhile, and what must hold at the end.
 *
 * It is data, as a YAML file says it; reading the file is the caller's.
 */

import {
  compileSchema,
  describeMisfits,
  isLabel,
  type JsonObject,
  type JsonValue,
  type Parsed,
  parsed,
  problem,
} from '@kai/protocol';
import { SCENARIO_SCHEMA } from './schema.ts';

/** How far an acknowledgement goes (protocol §2). */
export type Level = 'received' | 'durable' | 'effected';

export interface ScenarioAgent {
  /** Its name on its node. */
  readonly name: string;
  /** The definition's name for the resolver; the agent's own when absent. */
  readonly use?: string;
  /** Default: the first node. */
  readonly node?: string;
  readonly settings?: JsonObject;
  /**
   * Its state follows from its messages alone: it reads no clock, sets no timers, asks nobody and is not asked side by
   * side. Then its state is compared with a replay.
   */
  readonly pure?: boolean;
}

/** In `to` and in every text of `payload`: `{n}` counts from 0 in its step, `{random}` is 0 to 999, `{random:3-7}` 3 to 7. */
export interface Step {
  /** `call` waits for the answer, `deliver` for an acknowledgement of level `until`, `send` for nothing. */
  readonly do: 'call' | 'send' | 'deliver';
  readonly to: string;
  readonly intent: string;
  readonly payload?: JsonValue;
  readonly until?: Level;
  /** Messages; default 1. */
  readonly count?: number;
  /** Milliseconds between two of them; default 10. */
  readonly everyMs?: number;
  /** Milliseconds after the world began; default 0. */
  readonly startMs?: number;
}

/**
 * What goes wrong: `kill` and `disk` how often in a run, the others in which share of the messages. `disk` is a spell
 * in which the disk is slow or full or fails.
 */
export type ChaosName = 'kill' | 'delay' | 'drop' | 'duplicate' | 'reorder' | 'disk';
export const CHAOS_NAMES: readonly ChaosName[] = ['kill', 'delay', 'drop', 'duplicate', 'reorder', 'disk'];

/** Asked once the world is healed and quiet. */
export interface Expectation {
  readonly agent: string;
  readonly intent: string;
  readonly payload?: JsonValue;
  readonly equals?: JsonValue;
  /** A part of the answer: of a text, of a list's items, of an object's entries. */
  readonly contains?: JsonValue;
}

export interface Scenario {
  readonly name: string;
  /** Default: one, `hub`. */
  readonly nodes?: readonly string[];
  readonly agents: readonly ScenarioAgent[];
  readonly workload: readonly Step[];
  readonly chaos?: Readonly<Partial<Record<ChaosName, number>>>;
  /** Milliseconds in which things go wrong; default: until the last message is sent. */
  readonly durationMs?: number;
  readonly expect?: readonly Expectation[];
}

const validate = compileSchema(SCENARIO_SCHEMA);

/** Reads a scenario from a parsed file. The problem says where, as a JSON Pointer. */
export function parseScenario(value: JsonValue): Parsed<Scenario> {
  const misfits = validate(value);
  if (misfits !== undefined) return problem(0, describeMisfits(misfits));
  // Sound because the schema admits nothing else.
  const scenario = value as JsonValue & Scenario;
  const wrong = contradiction(scenario);
  return wrong === undefined ? parsed(scenario) : problem(0, wrong);
}

export function nodesOf({ nodes = ['hub'] }: Scenario): readonly string[] {
  return nodes;
}

function contradiction(scenario: Scenario): string | undefined {
  const nodes = nodesOf(scenario);
  const names = scenario.agents.map(({ name }) => name);
  for (const [index, node] of nodes.entries()) {
    if (!isLabel(node)) return `/nodes/${index} is no label of an address`;
    if (nodes.indexOf(node) < index) return `/nodes/${index} is there twice`;
  }
  for (const [index, { name, node }] of scenario.agents.entries()) {
    if (names.indexOf(name) < index) return `/agents/${index}/name is there twice`;
    if (node !== undefined && !nodes.includes(node)) return `/agents/${index}/node is none of the nodes`;
  }
  for (const [index, { to }] of scenario.workload.entries()) {
    if (!to.includes('{') && !names.includes(to)) return `/workload/${index}/to is none of the agents`;
  }
  for (const [index, { agent }] of (scenario.expect ?? []).entries()) {
    if (!names.includes(agent)) return `/expect/${index}/agent is none of the agents`;
  }
  return undefined;
}
