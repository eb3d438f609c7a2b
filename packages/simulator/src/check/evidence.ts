/**
 * What can be known once a world is quiet: what clients were told, what is on disk, and what is still under way.
 */

import { agentAddress, decodeJson } from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import type { DeadLetter, TimerRecord } from '@kai/runtime/ports';
import { type MarkedState, partState } from '../observe/marks.ts';
import { MESSAGE_ENTRY } from '../observe/watched-handling.ts';
import type { PlannedMessage } from '../plan/plan.ts';
import { nodeOfAgent } from '../plan/plan.ts';
import type { Scenario, ScenarioAgent } from '../scenario/scenario.ts';
import { WORLD_BEGINS } from '../time/process-clock.ts';
import type { Outcome } from '../world/delivery.ts';
import type { Episode } from '../world/episode.ts';
import type { SimNode } from '../world/sim-node.ts';
import type { Resolve, World } from '../world/world.ts';

/** Dead letters that are looked at. */
const LETTERS_MAX = 1_000;
/** How late a timer may be before it is taken for lost. */
const LATE_MS = 30_000;

export interface AgentEvidence extends MarkedState {
  readonly agent: ScenarioAgent;
  readonly definition: AgentDefinition;
}

export interface Evidence {
  readonly messages: readonly { readonly message: PlannedMessage; readonly outcome: Outcome | undefined }[];
  readonly agents: ReadonlyMap<string, AgentEvidence>;
  /** Messages that were given up on, and why, by the simulated message's id. */
  readonly dead: ReadonlyMap<string, string>;
  /** Timers whose event is among the dead letters, as `agent/name`. */
  readonly deadTimers: ReadonlySet<string>;
  /** Timers on disk that should have fired long ago. */
  readonly overdue: readonly TimerRecord[];
  /** Timers due before this, in milliseconds since the epoch, should have fired. */
  readonly dueBefore: number;
  /** What is under way though all is quiet, in words. */
  readonly unfinished: readonly string[];
  readonly conflicts: readonly string[];
  readonly uncaught: readonly string[];
}

export async function gather(scenario: Scenario, episode: Episode, resolve: Resolve): Promise<Evidence> {
  const { world, deliveries } = episode;
  const dueBefore = WORLD_BEGINS + world.time.now - LATE_MS;
  const nodes = await Promise.all([...world.nodes.values()].map(lookAt));
  const letters = nodes.flatMap(({ dead }) =>
    dead.flatMap(({ message, reason }) => addressed(message, reason)),
  );
  return {
    messages: deliveries.map(({ message, outcome }) => ({ message, outcome })),
    agents: await readAgents(scenario, world, resolve),
    dead: new Map(letters.map(({ id, reason }) => [id, reason])),
    deadTimers: new Set(letters.map(({ timer }) => timer)),
    overdue: nodes.flatMap(({ timers }) => timers.filter(({ due }) => due < dueBefore)),
    dueBefore,
    unfinished: nodes.flatMap(({ unfinished }) => unfinished),
    conflicts: world.ownership.conflicts,
    uncaught: world.uncaught,
  };
}

async function readAgents(
  scenario: Scenario,
  { nodes }: World,
  resolve: Resolve,
): Promise<ReadonlyMap<string, AgentEvidence>> {
  const agents = new Map<string, AgentEvidence>();
  for (const agent of scenario.agents) {
    const node = nodes.get(nodeOfAgent(scenario, agent.name));
    if (node === undefined) continue;
    const state = (await node.image.loadAgent(agentAddress(node.address, agent.name).text)).state;
    agents.set(agent.name, { agent, definition: resolve(agent.use ?? agent.name), ...partState(state) });
  }
  return agents;
}

/** What one node has on disk and under way. */
async function lookAt({ name, image, running }: SimNode): Promise<{
  readonly dead: readonly DeadLetter[];
  readonly timers: readonly TimerRecord[];
  readonly unfinished: readonly string[];
}> {
  const { inbox } = await image.inspect();
  const underWay = running?.hosted.underWay();
  return {
    dead: await image.readDead(LETTERS_MAX),
    timers: await image.loadTimers(),
    unfinished: [
      ...(inbox > 0 ? [`${inbox} messages in the inbox of ${name}`] : []),
      ...(underWay === undefined ? [`${name} is not up`] : []),
      ...(underWay !== undefined && underWay > 0 ? [`${underWay} messages under way on ${name}`] : []),
    ],
  };
}

/** Which simulated message, or which timer as `agent/name`, a dead letter was; nothing when it cannot be read. */
function addressed(text: string, reason: string): { id: string; timer: string; reason: string }[] {
  const decoded = decodeJson(text);
  if (!decoded.ok) return [];
  const { id, to, context } = decoded.value;
  const simulated = context[MESSAGE_ENTRY];
  return [
    {
      id: typeof simulated === 'string' ? simulated : id,
      timer: typeof context.timer === 'string' ? `${to.text}/${context.timer}` : '',
      reason,
    },
  ];
}
