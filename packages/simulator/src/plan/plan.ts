/**
 * A plan: everything that a run does to its nodes, drawn from the seed before it begins.
 *
 * Each message and each fault has a name and draws from a stream of its own, so that leaving some out leaves the others
 * as they are: that is how a failure is shrunk, and how a shrunk one is said in a line.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import { Chance } from '../chance/chance.ts';
import type { Trouble } from '../disk/sim-disk.ts';
import {
  CHAOS_NAMES,
  type ChaosName,
  type Level,
  nodesOf,
  type Scenario,
  type Step,
} from '../scenario/scenario.ts';
import { fill, fillText } from '../scenario/template.ts';
import { messageFaults } from './message-faults.ts';

export interface PlannedMessage {
  /** `m0`, `m1`, … */
  readonly id: string;
  readonly at: number;
  readonly node: string;
  readonly do: Step['do'];
  /** The agent's name. */
  readonly to: string;
  readonly intent: string;
  readonly payload: JsonValue;
  readonly until: Level;
}

/** What happens to one message on its way. */
export type MessageFault =
  /** It travels for longer; `reorder`: until later ones have overtaken it. */
  | {
      readonly id: string;
      readonly kind: 'delay' | 'reorder';
      readonly message: string;
      readonly byMs: number;
    }
  /** The message, or its acknowledgement, is lost once. */
  | {
      readonly id: string;
      readonly kind: 'drop';
      readonly message: string;
      readonly what: 'message' | 'answer';
    }
  /** It arrives a second time. */
  | { readonly id: string; readonly kind: 'duplicate'; readonly message: string; readonly afterMs: number };

export type WorldFault =
  /** At once, or at the node's next disk operation of a kind. */
  | {
      readonly id: string;
      readonly kind: 'kill';
      readonly node: string;
      readonly at: number;
      readonly when: 'now' | 'write' | 'synced';
      readonly downMs: number;
    }
  | {
      readonly id: string;
      readonly kind: 'disk';
      readonly node: string;
      readonly at: number;
      readonly trouble: Trouble;
      readonly forMs: number;
    }
  /** At the crash point of this number, on whichever node it is. */
  | { readonly id: string; readonly kind: 'crash'; readonly point: number; readonly downMs: number };

export type Fault = MessageFault | WorldFault;

export interface Plan {
  readonly seed: number;
  readonly messages: readonly PlannedMessage[];
  readonly faults: readonly Fault[];
}

export interface PlanOptions {
  readonly seed: number;
  /** Only these kinds of chaos; those for which the scenario has no figure get {@link CHAOS_DEFAULT}. */
  readonly chaos?: readonly ChaosName[];
  /** Only the messages and faults of these names. */
  readonly keep?: readonly string[];
  /** One crash more, at this crash point. */
  readonly crashAt?: number;
}

const CHAOS_DEFAULT: Readonly<Record<ChaosName, number>> = {
  kill: 2,
  delay: 0.1,
  drop: 0.05,
  duplicate: 0.05,
  reorder: 0.1,
  disk: 1,
};

/** How long a killed node stays down. */
const DOWN_MS = [5, 400] as const;
const TROUBLE_MS = [20, 600] as const;
/** How long things go on going wrong after the last message was sent. */
const AFTER_LAST_MS = 50;

/** @throws KaiError `NO_ROUTE` when a template leads to an agent that is not there. */
export function makePlan(scenario: Scenario, options: PlanOptions): Plan {
  const { seed, keep, crashAt } = options;
  const chance = new Chance(seed);
  const rates = ratesOf(scenario, options.chaos);
  const messages = scenario.workload.flatMap((step, index) => stepMessages(scenario, step, index, chance));
  const numbered = messages
    .sort((one, other) => one.at - other.at)
    .map((message, index) => ({ ...message, id: `m${index}` }));
  const faults: Fault[] = [
    ...numbered.flatMap((message) => messageFaults(message.id, rates, chance)),
    ...worldFaults(scenario, numbered.at(-1)?.at ?? 0, rates, chance),
  ];
  if (crashAt !== undefined) {
    const downMs = chance.stream('crash').between(...DOWN_MS);
    faults.push({ id: `c${crashAt}`, kind: 'crash', point: crashAt, downMs });
  }
  return kept({ seed, messages: numbered, faults }, keep);
}

/** The part of a plan that is left when only these names are kept. A fault of a message goes with it. */
export function kept(plan: Plan, keep: readonly string[] | undefined): Plan {
  if (keep === undefined) return plan;
  const names = new Set(keep);
  return {
    seed: plan.seed,
    messages: plan.messages.filter(({ id }) => names.has(id)),
    faults: plan.faults.filter(
      (fault) => names.has(fault.id) && !('message' in fault && !names.has(fault.message)),
    ),
  };
}

function ratesOf(
  scenario: Scenario,
  chaos: readonly ChaosName[] | undefined,
): Readonly<Record<ChaosName, number>> {
  const rate = (name: ChaosName): number => {
    if (chaos === undefined) return scenario.chaos?.[name] ?? 0;
    return chaos.includes(name) ? (scenario.chaos?.[name] ?? CHAOS_DEFAULT[name]) : 0;
  };
  return Object.fromEntries(CHAOS_NAMES.map((name) => [name, rate(name)])) as Record<ChaosName, number>;
}

function stepMessages(
  scenario: Scenario,
  step: Step,
  index: number,
  chance: Chance,
): Omit<PlannedMessage, 'id'>[] {
  const { count = 1, everyMs = 10, startMs = 0, payload = {}, until = 'effected' } = step;
  return Array.from({ length: count }, (_, n) => {
    const stream = chance.stream(`message ${index}.${n}`);
    const to = fillText(step.to, n, stream);
    return {
      at: startMs + n * everyMs + stream.between(0, everyMs),
      node: nodeOfAgent(scenario, to),
      do: step.do,
      to,
      intent: step.intent,
      payload: fill(payload, n, stream),
      until,
    };
  });
}

export function nodeOfAgent(scenario: Scenario, name: string): string {
  const agent = scenario.agents.find((one) => one.name === name);
  const node = agent === undefined ? undefined : (agent.node ?? nodesOf(scenario)[0]);
  if (node === undefined) throw new KaiError('NO_ROUTE', `the scenario has no agent ${name}`);
  return node;
}

function worldFaults(
  scenario: Scenario,
  lastAt: number,
  rates: Readonly<Record<ChaosName, number>>,
  chance: Chance,
): WorldFault[] {
  const lasting = scenario.durationMs ?? lastAt + AFTER_LAST_MS;
  const kills = Array.from({ length: rates.kill }, (_, index): WorldFault => {
    const stream = chance.stream(`kill ${index}`);
    return {
      id: `k${index}`,
      kind: 'kill',
      node: stream.pick(nodesOf(scenario)),
      at: stream.between(0, lasting),
      when: stream.pick(['now', 'write', 'synced']),
      downMs: stream.between(...DOWN_MS),
    };
  });
  const spells = Array.from({ length: rates.disk }, (_, index): WorldFault => {
    const stream = chance.stream(`disk ${index}`);
    return {
      id: `d${index}`,
      kind: 'disk',
      node: stream.pick(nodesOf(scenario)),
      at: stream.between(0, lasting),
      trouble: stream.pick(['slow', 'full', 'failing']),
      forMs: stream.between(...TROUBLE_MS),
    };
  });
  return [...kills, ...spells];
}
