/** How the node is: `node.status` and `node.inspect`. */

import type { JsonObject } from '@kai/protocol';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import type { Clock, ModelHealth, ModelRuntime } from '../ports/index.ts';
import { jsonOf } from './json-of.ts';
import { cellsOf, type NodeView } from './node-view.ts';

/** How long a model has to say how it is. */
const MODEL_HEALTH_MS = 1000;

export function statusIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.status': defineIntent({ summary: 'How the node is.', handler: () => status(view) }),
    'node.inspect': defineIntent({
      summary: 'Counts and checks everything that is kept. Takes seconds on a large store.',
      handler: async () => jsonOf(await view.store.inspect()),
    }),
  };
}

async function status(view: NodeView): Promise<JsonObject> {
  const { address, version, topology, incarnation, startedAt, registrar, router, table, clock } = view;
  const cells = cellsOf(registrar);
  return {
    node: address,
    version,
    topology,
    incarnation,
    startedAt,
    load: cells.reduce((most, { load }) => Math.max(most, load), 0),
    agents: cells.length,
    queue: cells.reduce((sum, { queue }) => sum + queue, 0),
    held: router.held,
    memory: { ...view.memory() },
    messages: {
      admitted: router.accounts.admittedRate.total,
      replied: router.accounts.replies,
      failed: router.accounts.failures,
      refused: router.accounts.refusals,
      cancelled: router.accounts.cancellations,
      perSecond: router.accounts.admittedRate.perSecond(clock.monotonic()),
    },
    table: { version: table.version, rules: table.rules.length },
    models: await Promise.all(view.models.map((model) => modelStatus(model, clock))),
  };
}

/** A runtime that does not say how it is in time is not ready. */
async function modelStatus(model: ModelRuntime, clock: Clock): Promise<JsonObject> {
  const { name, model: id, reach, where } = model;
  const patience = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<ModelHealth>();
  const timer = clock.after(MODEL_HEALTH_MS, () => {
    patience.abort();
    resolve({ ready: false, detail: `does not answer within ${MODEL_HEALTH_MS} ms` });
  });
  const health = await Promise.race([healthOf(model, patience.signal), late]);
  timer.cancel();
  return { name, model: id, reach, where, ...health };
}

async function healthOf(model: ModelRuntime, signal: AbortSignal): Promise<ModelHealth> {
  try {
    return await model.health(signal);
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
