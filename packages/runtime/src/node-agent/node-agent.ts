/**
 * The node's own agent, at the node's address: what a window, a command line or another node may ask of the node
 * itself (docs/gateway.md, "The node's own intents").
 */

import {
  draftFrom,
  type Heartbeat,
  type JsonObject,
  type JsonValue,
  KaiError,
  type Message,
  PRIMITIVE_SCHEMAS,
} from '@kai/protocol';
import { Cell } from '../agents/cell.ts';
import type { CompiledIntent } from '../agents/compiled.ts';
import type { MessageHandling } from '../agents/context.ts';
import { type AgentDefinition, defineAgent, defineIntent } from '../agents/definition.ts';
import type { Clock, JournalEntry, ModelRuntime, Store } from '../ports/index.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { Router } from '../router/router.ts';
import type { Circumstances, OrchestrationTable } from '../table/table.ts';
import { holds, type Trace } from '../trace/trace.ts';

export interface NodeView {
  readonly address: string;
  readonly version: string;
  readonly topology: string;
  readonly incarnation: number;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly registrar: Registrar;
  readonly router: Router;
  readonly table: OrchestrationTable;
  readonly circumstances: Circumstances;
  readonly trace: Trace;
  readonly store: Store;
  readonly models: readonly ModelRuntime[];
  /** Bytes of memory, as far as the platform tells. */
  readonly memory: () => { readonly rss: number; readonly heapUsed: number };
}

/** Entries that one look at the trace gives. */
const TRACE_LIMIT = 1000;
/** Entries that may wait for one who follows the trace; older ones are counted as missed. */
const FOLLOW_WAITING_MAX = 1000;
const FOLLOW_EVERY_MS = 100;
const AGENTS_EVERY_MS = 500;
/** How long a model has to say how it is. */
const MODEL_HEALTH_MS = 1000;

const limit = { type: 'integer', minimum: 1, maximum: TRACE_LIMIT } as const;
const text = { type: 'string', maxLength: 255 } as const;

export function nodeAgent(view: NodeView): AgentDefinition {
  return defineAgent({
    name: 'node',
    summary: 'The node itself: how it is, who is on it, what its messages do.',
    concurrency: 1000,
    intents: {
      'node.status': defineIntent({ summary: 'How the node is.', handler: () => status(view) }),
      'node.agents': defineIntent({ summary: 'Who is here.', handler: () => ({ agents: agents(view) }) }),
      'node.agents.follow': defineIntent({
        summary: 'Who is here, now and at every change.',
        handler: (_, handling) => followAgents(view, handling),
      }),
      'node.trace': defineIntent({
        summary: 'What happened to messages, newest first.',
        input: { type: 'object', properties: { limit, containing: text, before: { type: 'number' } } },
        handler: async (query) => ({ entries: jsonOf(await readTrace(view, query)) }),
      }),
      'node.trace.follow': defineIntent({
        summary: 'What happens to messages from now on.',
        input: { type: 'object', properties: { containing: text } },
        handler: ({ containing }, handling) => followTrace(view, containing ?? '', handling),
      }),
      'node.trace.show': defineIntent({
        summary: 'One trace from its first message to its last.',
        input: { type: 'object', properties: { trace: text }, required: ['trace'] },
        handler: async ({ trace }) => ({
          entries: jsonOf([...(await readTrace(view, { containing: trace, limit: TRACE_LIMIT }))].reverse()),
        }),
      }),
      'node.explain': defineIntent({
        summary: 'Where a message would go, and why.',
        handler: (draft, { message }) => explain(view, draft, message),
      }),
      'node.routes': defineIntent({
        summary: 'The rules of the orchestration table.',
        handler: () => ({ version: view.table.version, rules: jsonOf(view.table.rules.map(describeRule)) }),
      }),
      'node.dead': defineIntent({
        summary: 'Messages that could not be delivered.',
        input: { type: 'object', properties: { limit } },
        handler: async ({ limit = 100 }) => ({ letters: jsonOf(await view.store.readDead(limit)) }),
      }),
      'node.inspect': defineIntent({
        summary: 'Counts and checks everything that is kept. Takes seconds on a large store.',
        handler: async () => jsonOf(await view.store.inspect()),
      }),
    },
  });
}

/** The primitives that a node takes from its neighbours (protocol §3). */
export function nodePrimitives(registrar: Registrar): ReadonlyMap<string, CompiledIntent> {
  const primitive = (
    name: 'heartbeat' | 'disconnect',
    summary: string,
    handler: (payload: JsonValue, handling: MessageHandling) => JsonValue,
  ): [string, CompiledIntent] => {
    const declaration = { name, summary, effect: 'read', input: PRIMITIVE_SCHEMAS[name] } as const;
    return [name, { name, declaration, internal: true, validate: undefined, writes: false, handler }];
  };
  return new Map([
    primitive('heartbeat', 'Renews the lease of its sender.', (payload, { message }) => {
      registrar.renew(message.from.text, payload as unknown as Heartbeat);
      return {};
    }),
    primitive('disconnect', 'Its sender leaves.', (_, { message }) => {
      registrar.remove(message.from.text);
      return {};
    }),
  ]);
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
    load: Math.max(0, ...cells.map(({ load }) => load)),
    agents: cells.length,
    queue: cells.reduce((sum, { queue }) => sum + queue, 0),
    held: router.held,
    memory: { ...view.memory() },
    messages: {
      admitted: router.admittedRate.total,
      replied: router.replies,
      failed: router.failures,
      perSecond: router.admittedRate.perSecond(clock.monotonic()),
    },
    table: { version: table.version, rules: table.rules.length },
    models: await Promise.all(view.models.map((model) => modelStatus(model, clock))),
  };
}

async function modelStatus(model: ModelRuntime, clock: Clock): Promise<JsonObject> {
  const { name, model: id, reach, where } = model;
  const patience = new AbortController();
  const timer = clock.after(MODEL_HEALTH_MS, () => patience.abort());
  const health = await model
    .health(patience.signal)
    .catch((error: unknown) => ({ ready: false, detail: String(error) }));
  timer.cancel();
  return { name, model: id, reach, where, ...health };
}

function cellsOf(registrar: Registrar): readonly Cell[] {
  return [...registrar.all()].filter((endpoint) => endpoint instanceof Cell);
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

async function* followTrace(
  view: NodeView,
  containing: string,
  handling: MessageHandling,
): AsyncGenerator<JsonValue> {
  const { signal, message } = handling;
  let waiting: JournalEntry[] = [];
  let missed = 0;
  const own = new Set([message.id as string]);
  const stop = view.trace.follow((entry) => {
    if (own.has(entry.id) || own.has(entry.re ?? '') || !holds(entry, containing)) return;
    if (waiting.length >= FOLLOW_WAITING_MAX) missed += 1;
    else waiting.push(entry);
  });
  try {
    while (!signal.aborted) {
      if (waiting.length > 0 || missed > 0) {
        const batch = { entries: jsonOf(waiting), missed };
        waiting = [];
        missed = 0;
        yield batch;
      }
      await pause(view.clock, FOLLOW_EVERY_MS, signal);
    }
  } finally {
    stop();
  }
}

interface TraceQuery {
  readonly limit?: number;
  readonly containing?: string;
  readonly before?: number;
}

/** What memory and disk know, each entry once, newest first. */
async function readTrace({ trace, store }: NodeView, query: TraceQuery): Promise<readonly JournalEntry[]> {
  const { limit = 100, containing = '', before = Number.POSITIVE_INFINITY } = query;
  const recent = trace.read(TRACE_LIMIT, containing).filter(({ at }) => at < before);
  const kept = await store.readJournal({
    limit,
    ...(containing === '' ? {} : { containing }),
    ...(query.before === undefined ? {} : { before: query.before }),
  });
  const seen = new Set<string>();
  return [...recent, ...kept]
    .filter(({ id, outcome }) => {
      const key = `${id} ${outcome}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((one, other) => other.at - one.at)
    .slice(0, limit);
}

function explain(view: NodeView, draft: JsonValue, asked: Message): JsonValue {
  const parsed = draftFrom((draft ?? {}) as JsonObject);
  if (!parsed.ok) throw new KaiError('INVALID_PAYLOAD', parsed.problem.message);
  const { to, intent, payload = null, context = {}, priority = 'normal' } = parsed.value;
  if (typeof to === 'string') throw new KaiError('INVALID_PAYLOAD', 'to: not parsed');
  const message = { to, intent, payload, context, priority, from: asked.from };
  const steps = view.table.explain(message, view.circumstances);
  const rule = view.table.match(message, view.circumstances);
  return jsonOf({
    rule: rule?.name ?? 'address',
    action: rule === undefined ? { to: to.text } : describeRule(rule),
    targets: view.router.receivers(to, rule?.action),
    steps: [
      ...steps,
      ...(rule === undefined
        ? [{ rule: 'address', matched: true, why: 'no rule matches: the address decides' }]
        : []),
    ],
  });
}

function describeRule({ name, match, action }: OrchestrationTable['rules'][number]): JsonObject {
  const shown = Object.entries(match).map(([key, value]) => [key, describeMatch(value)]);
  return { name, match: Object.fromEntries(shown) as JsonObject, action: describeAction(action) };
}

function describeMatch(value: unknown): JsonValue {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([fact, c]) => [fact, describeMatch(c)])) as JsonObject;
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text);
  if (typeof value === 'object' && value !== null && 'by' in value && 'with' in value)
    return `${value.by} ${value.with}`;
  if (typeof value === 'object' && value !== null && 'kind' in value && 'value' in value)
    return value.value as JsonValue;
  return value as JsonValue;
}

function describeAction(action: OrchestrationTable['rules'][number]['action']): JsonObject {
  switch (action.kind) {
    case 'to':
      return { to: action.address.text };
    case 'service':
      return { service: action.service, strategy: action.strategy };
    case 'failover':
      return { failover: action.addresses.map(({ text }) => text) };
    case 'hold':
      return { hold: { until: describeMatch(action.until), forMs: action.forMs } };
    case 'reject':
      return { reject: action.reason };
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Values of our own types as JSON: readonly interfaces have no index signature, but nothing else is in them. */
function jsonOf(value: object): JsonValue {
  return value as JsonValue;
}
