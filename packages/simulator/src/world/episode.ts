/**
 * One episode of a world: its nodes start, its clients send, things go wrong, the world is healed and becomes quiet.
 */

import type { Host } from '../host/host.ts';
import type { Fault, MessageFault, Plan } from '../plan/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Delivery } from './delivery.ts';
import { type Resolve, World } from './world.ts';

/** How long nothing may happen before the world is quiet: longer than a failed timer waits for its next attempt. */
const QUIET_MS = 75_000;
/** How long a healed world may take to become quiet; agents that never rest are judged as they are then. */
const HEALED_MS_MAX = 600_000;

export interface Episode {
  readonly world: World;
  readonly deliveries: readonly Delivery[];
}

/** @throws what brought the simulation itself down: a definition that is wrong, say. */
export async function playEpisode(
  scenario: Scenario,
  plan: Plan,
  host: Host,
  resolve: Resolve,
): Promise<Episode> {
  const world = new World(scenario, plan.seed, host, resolve);
  let open = plan.messages.length;
  const faults = Map.groupBy(plan.faults.filter(isOfMessage), ({ message }) => message);
  const deliveries = plan.messages.map(
    (message) => new Delivery(world, message, faults.get(message.id) ?? [], host.repeats, () => (open -= 1)),
  );
  for (const fault of plan.faults) if (!isOfMessage(fault)) world.plan(fault);
  for (const node of world.nodes.values()) node.start();
  for (const delivery of deliveries) world.time.after(delivery.message.at, () => delivery.begin());
  const healAt = lastOf(plan);
  await world.run(() => false, healAt);
  world.heal();
  const isQuiet = (): boolean => open === 0 && world.time.now >= world.busyAt + QUIET_MS;
  await world.run(isQuiet, healAt + HEALED_MS_MAX);
  return { world, deliveries };
}

function isOfMessage(fault: Fault): fault is MessageFault {
  return 'message' in fault;
}

/** When the last of what is planned has begun, in whole milliseconds. */
function lastOf({ messages, faults }: Plan): number {
  const times = [...messages.map(({ at }) => at), ...faults.map((fault) => ('at' in fault ? fault.at : 0))];
  return Math.ceil(times.reduce((last, at) => Math.max(last, at), 0)) + 1;
}
