/** Running a plan and judging it. */

import { type Evidence, gather } from './check/evidence.ts';
import { checkExpectations } from './check/expectations.ts';
import { checkInvariants } from './check/invariants.ts';
import { checkReplays } from './check/replay.ts';
import type { Invariant, Violation } from './check/violation.ts';
import type { Host } from './host/host.ts';
import type { Plan } from './plan/plan.ts';
import type { SimCounts } from './report.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Trace } from './trace/trace.ts';
import { playEpisode } from './world/episode.ts';
import type { Resolve, World } from './world/world.ts';

export interface Judged {
  readonly violations: readonly Violation[];
  readonly counts: SimCounts;
  readonly trace: Trace;
  readonly traceHash: string;
}

export async function runPlan(scenario: Scenario, plan: Plan, host: Host, resolve: Resolve): Promise<Judged> {
  const episode = await playEpisode(scenario, plan, host, resolve);
  const { world } = episode;
  // Counted before the judge asks questions of its own.
  const { crashPoints } = world;
  const evidence = await gather(scenario, episode, resolve);
  const violations = [
    ...checkInvariants(evidence),
    ...(await checkReplays(evidence, host, resolve)),
    ...(await checkExpectations(scenario, world)),
  ];
  const counts = count(world, evidence, violations, crashPoints);
  return { violations, counts, trace: world.trace, traceHash: world.trace.hash };
}

function count(
  world: World,
  evidence: Evidence,
  violations: readonly Violation[],
  crashPoints: number,
): SimCounts {
  const outcomes = evidence.messages.map(({ outcome }) => outcome);
  const told = (level: string): number =>
    outcomes.filter((outcome) => outcome?.kind === 'acknowledged' && outcome.level === level).length;
  const broken = (invariant: Invariant): number =>
    violations.filter((violation) => violation.invariant === invariant).length;
  return {
    messages: outcomes.length,
    sent: told('sent'),
    received: told('received'),
    durable: told('durable'),
    effected: told('effected'),
    refused: outcomes.filter((outcome) => outcome?.kind === 'refused').length,
    unknown: outcomes.filter((outcome) => outcome?.kind === 'unknown').length,
    effects: sum([...evidence.agents.values()].map(({ effects }) => effects.length)),
    lost: broken('lost'),
    unsent: broken('unsent'),
    duplicated: broken('duplicated'),
    stuck: broken('stuck'),
    crashes: world.crashes,
    crashPoints,
    synced: sum([...world.nodes.values()].map(({ disk }) => disk.synced)),
    events: world.time.events,
    virtualMs: Math.round(world.time.now),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
