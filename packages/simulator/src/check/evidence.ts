/**
 * What can be known once a world is quiet: what clients were told, what is on disk, and what is still under way.
 */

import { agentAddress, decodeJson, type JsonValue } from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import type { TimerRecord } from '@kai/runtime/ports';
import { type MarkedState, partState } from '../observe/marks.ts';
import { MESSAGE_ENTRY } from '../observe/watched-handling.ts';
import type { PlannedMessage } from '../plan/plan.ts';
import { nodeOfAgent } from '../plan/plan.ts';
import type { Scenario, ScenarioAgent } from '../scenario/scenario.ts';
import { WORLD_BEGINS } from '../time/process-clock.ts';
import type { Outcome } from '../world/delivery.ts';
import type { Episode } from '../world/episode.ts';
import type { Resolve } from '../world/world.ts';

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
  const agents = new Map<string, AgentEvidence>();
  for (const agent of scenario.agents) {
    const node = world.nodes.get(nodeOfAgent(scenario, agent.name));
    if (node === undefined) continue;
    const state = await node.image.loadState(agentAddress(node.address, agent.name).text);
    agents.set(agent.name, { agent, definition: resolve(agent.use ?? agent.name), ...partState(state) });
  }
  const dead = new Map<string, string>();
  const deadTimers = new Set<string>();
  const overdue: TimerRecord[] = [];
  const unfinished: string[] = [];
  for (const node of world.nodes.values()) {
    for (const { reason, message } of await node.image.readDead(LETTERS_MAX)) {
      noteLetter(message, reason, dead, deadTimers);
    }
    overdue.push(...(await node.image.loadTimers()).filter(({ due }) => due < dueBefore));
    const { inbox } = await node.image.inspect();
    if (inbox > 0) unfinished.push(`${inbox} messages in the inbox of ${node.name}`);
    const underWay = node.running?.hosted.underWay();
    if (underWay === undefined) unfinished.push(`${node.name} is not up`);
    else if (underWay > 0) unfinished.push(`${underWay} messages under way on ${node.name}`);
  }
  return {
    messages: deliveries.map(({ message, outcome }) => ({ message, outcome })),
    agents,
    dead,
    deadTimers,
    overdue,
    dueBefore,
    unfinished,
    conflicts: world.ownership.conflicts,
    uncaught: world.uncaught,
  };
}

function noteLetter(text: string, reason: string, dead: Map<string, string>, deadTimers: Set<string>): void {
  const decoded = decodeJson(text);
  if (!decoded.ok) return;
  const { to, context } = decoded.value;
  const id: JsonValue | undefined = context[MESSAGE_ENTRY];
  if (typeof id === 'string') dead.set(id, reason);
  if (typeof context.timer === 'string') deadTimers.add(`${to.text}/${context.timer}`);
}
