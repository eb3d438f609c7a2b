/** Feeds the agents: the node tells them at each greeting and at every change. */

import type { Link } from '../connection/link.ts';
import type { Agent } from '../connection/wire.ts';
import { type Kept, keptCell } from '../kept/kept.ts';
import type { Cell } from '../state/cell.ts';

export type Agents = Cell<Kept<readonly Agent[]>>;

export function openAgents(link: Link): Agents {
  const agents = keptCell<readonly Agent[]>('agents.1', [], (all) => all);
  link.onOpen(({ node }, signal) => {
    void link.ask({
      to: node,
      intent: 'node.agents.follow',
      signal,
      onChunk: ({ agents: value }: { agents: readonly Agent[] }) => {
        agents.set({ value, at: Date.now() });
      },
    });
  });
  return agents;
}
