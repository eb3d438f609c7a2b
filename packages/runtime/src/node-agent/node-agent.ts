/**
 * The node's own agent, at the node's address: what a window, a command line or another node may ask of the node
 * itself (docs/gateway.md, "The node's own intents").
 */

import { type AgentDefinition, defineAgent } from '../agents/definition.ts';
import { agentIntents } from './agent-intents.ts';
import { deadIntents } from './dead-intents.ts';
import type { NodeView } from './node-view.ts';
import { routeIntents } from './route-intents.ts';
import { snapshotIntents } from './snapshot-intents.ts';
import { statusIntents } from './status-intents.ts';
import { traceIntents } from './trace-intents.ts';

/** Questions answered at the same time; most of them follow something and wait. */
const CONCURRENCY = 1000;

export function nodeAgent(view: NodeView): AgentDefinition {
  return defineAgent({
    name: 'node',
    summary: 'The node itself: how it is, who is on it, what its messages do.',
    concurrency: CONCURRENCY,
    intents: {
      ...statusIntents(view),
      ...agentIntents(view),
      ...traceIntents(view),
      ...deadIntents(view),
      ...routeIntents(view),
      ...snapshotIntents(view),
    },
  });
}
