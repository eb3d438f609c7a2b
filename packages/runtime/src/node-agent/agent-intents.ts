/** Who is here: `node.agents`, and `node.agents.follow` for every change. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { MessageHandling } from '../agents/context.ts';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import { jsonOf } from './json-of.ts';
import { cellsOf, type NodeView } from './node-view.ts';
import { pause } from './pause.ts';

const AGENTS_EVERY_MS = 500;

export function agentIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.agents': defineIntent({ summary: 'Who is here.', handler: () => ({ agents: agents(view) }) }),
    'node.agents.follow': defineIntent({
      summary: 'Who is here, now and at every change.',
      handler: (_, handling) => followAgents(view, handling),
    }),
  };
}

function agents({ registrar, incarnation }: NodeView): readonly JsonObject[] {
  return cellsOf(registrar).map((cell) => ({
    address: cell.address.text,
    name: cell.compiled.definition.name,
    summary: cell.compiled.definition.summary,
    version: cell.compiled.definition.version ?? '0.0.0',
    services: [...cell.services],
    health: cell.health,
    queue: cell.queue,
    queueMax: cell.compiled.mailboxMax,
    running: cell.running,
    concurrency: cell.compiled.concurrency,
    handled: cell.handled,
    failed: cell.failures,
    ...(cell.lastError === undefined ? {} : { lastError: { ...cell.lastError } }),
    incarnation,
    intents: jsonOf(cell.compiled.declarations) as readonly JsonValue[],
  }));
}

async function* followAgents(view: NodeView, { signal }: MessageHandling): AsyncGenerator<JsonValue> {
  let last = '';
  while (!signal.aborted) {
    const now = { agents: agents(view) };
    const shape = JSON.stringify(now);
    if (shape !== last) yield now;
    last = shape;
    await pause(view.clock, AGENTS_EVERY_MS, signal);
  }
}
