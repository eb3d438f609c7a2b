/**
 * Feeds the snapshots of agents, and does what can be done with them. Taking and rolling back are asked of the agent
 * itself, all else of the node.
 */

import type { Answer, Link } from '../connection/link.ts';
import { nodeOf } from '../connection/node-of.ts';
import type { Difference, Rehearsed, RolledBack, Snapshot } from '../connection/wire.ts';

/** Snapshots of one agent that are shown; the node keeps 30 unless the agent says otherwise. */
const SNAPSHOTS_LIMIT = 200;

/** Agents by their addresses, snapshots by their ids. */
export interface Snapshots {
  /** Newest first. */
  list(agent: string): Promise<Answer<{ snapshots: readonly Snapshot[] }>>;
  take(agent: string, note: string): Promise<Answer<Snapshot>>;
  /** What must be done to the snapshot to have what is now. */
  compare(id: string): Promise<Answer<{ difference: Difference }>>;
  /** What a rollback would change. Changes nothing. */
  rehearse(agent: string, to: string): Promise<Answer<Rehearsed>>;
  rollBack(agent: string, to: string): Promise<Answer<RolledBack>>;
}

export function openSnapshots(link: Link): Snapshots {
  return {
    list: (agent) =>
      link.ask({
        to: nodeOf(link),
        intent: 'node.snapshots',
        payload: { agent, limit: SNAPSHOTS_LIMIT },
      }),
    take: (agent, note) => link.ask({ to: agent, intent: 'snapshot', payload: note === '' ? {} : { note } }),
    compare: (id) =>
      link.ask({ to: nodeOf(link), intent: 'node.snapshot.diff', payload: { from: id, to: 'now' } }),
    rehearse: (agent, to) => link.ask({ to: agent, intent: 'rollback', payload: { to, dryRun: true } }),
    rollBack: (agent, to) => link.ask({ to: agent, intent: 'rollback', payload: { to } }),
  };
}
