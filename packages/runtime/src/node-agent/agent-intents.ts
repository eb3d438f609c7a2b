/** Who is here: `node.agents`, and `node.agents.follow` for every change. */

import { INTENT_LENGTH_MAX, type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import { Cell } from '../agents/cell.ts';
import type { MessageHandling } from '../agents/context.ts';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import { parseNamePattern } from '../table/name-pattern.ts';
import { jsonOf } from './json-of.ts';
import { cellsOf, type NodeView } from './node-view.ts';
import { pause } from './pause.ts';

const AGENTS_EVERY_MS = 500;

export function agentIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.agents': defineIntent({
      summary: 'Who is here; with an intent (* is one part, a final > the rest), who can be asked that.',
      input: { type: 'object', properties: { intent: { type: 'string', maxLength: INTENT_LENGTH_MAX } } },
      handler: ({ intent }) => ({ agents: agents(view, intent) }),
    }),
    'node.agents.follow': defineIntent({
      summary: 'Who is here, now and at every change.',
      handler: (_, handling) => followAgents(view, handling),
    }),
  };
}

/** @throws KaiError `INVALID_PAYLOAD` for what is no pattern. */
function capableCells(registrar: NodeView['registrar'], intent: string): readonly Cell[] {
  const pattern = parseNamePattern(intent);
  if (!pattern.ok) throw new KaiError('INVALID_PAYLOAD', `intent: ${pattern.message}`);
  return [...registrar.capableOf(pattern.value)].filter((endpoint) => endpoint instanceof Cell);
}

function agents({ registrar, incarnation }: NodeView, intent?: string): readonly JsonObject[] {
  const cells = intent === undefined ? cellsOf(registrar) : capableCells(registrar, intent);
  return cells.map((cell) => ({
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
