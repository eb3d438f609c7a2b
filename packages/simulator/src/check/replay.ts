/**
 * A pure agent's state must be what its effects make of it, handled one after the other in the order of their commits,
 * in a world in which nothing ever goes wrong.
 */

import type { JsonValue } from '@kai/protocol';
import type { Host } from '../host/host.ts';
import type { Plan, PlannedMessage } from '../plan/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { playEpisode } from '../world/episode.ts';
import { type Resolve, shown } from '../world/world.ts';
import { type AgentEvidence, type Evidence, gather } from './evidence.ts';
import { isEqual } from './match.ts';
import type { Violation } from './violation.ts';

/** Between two messages of a replay: long enough for each to be handled alone. */
const APART_MS = 20;
const NODE = 'replay';

export async function checkReplays(
  evidence: Evidence,
  host: Host,
  resolve: Resolve,
): Promise<readonly Violation[]> {
  const pure = [...evidence.agents.values()].filter(
    ({ agent, effects }) => agent.pure === true && effects.length > 0,
  );
  if (pure.length === 0) return [];
  const agents = pure.map(({ agent }) => ({ ...agent, node: NODE }));
  const scenario: Scenario = { name: 'replay', nodes: [NODE], agents, workload: [] };
  const plan: Plan = { seed: 0, messages: pure.flatMap(messagesOf), faults: [] };
  const replayed = await gather(scenario, await playEpisode(scenario, plan, host, resolve), resolve);
  return pure.flatMap(({ agent, own }): Violation[] => {
    const [found, made] = [asJson(own), asJson(replayed.agents.get(agent.name)?.own ?? new Map())];
    if (isEqual(found, made)) return [];
    const text = `the state of ${agent.name} is ${shown(found)}; its effects in order make ${shown(made)}`;
    return [{ invariant: 'replay', message: '', text }];
  });
}

function messagesOf({ agent, effects }: AgentEvidence): PlannedMessage[] {
  return effects.map(({ intent, payload }, place) => ({
    id: `${agent.name}.${place}`,
    at: (place + 1) * APART_MS,
    node: NODE,
    do: 'call',
    to: agent.name,
    intent,
    payload,
    until: 'effected',
  }));
}

function asJson(state: ReadonlyMap<string, JsonValue>): JsonValue {
  return Object.fromEntries(state);
}
