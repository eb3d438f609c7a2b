/** Snapshots of this node's agents: listing, showing, comparing, verifying, and taking them elsewhere. */

import { type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import { Cell } from '../agents/cell.ts';
import type { MessageHandling } from '../agents/context.ts';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import type { SnapshotEntry } from '../ports/index.ts';
import type { Bundle } from '../snapshots/bundle.ts';
import { difference } from '../snapshots/difference.ts';
import { lineageOf } from '../snapshots/lineage.ts';
import { entryJson, TOLD_MAX, toldDifference, toldValue } from '../snapshots/told.ts';
import { ENTRIES_MAX, limit, type NodeView, text } from './node-view.ts';

/** Bytes of a snapshot that travels in a message: its text is written as JSON once more, in a message of 1 MiB. */
export const EXPORT_BYTES_MAX = 512 * 1024;

const id = { type: 'string', pattern: '^sha256-[0-9a-f]{64}$' } as const;
const byId = { type: 'object', properties: { id }, required: ['id'] } as const;

export function snapshotIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.snapshots': defineIntent({
      summary: 'Snapshots of one agent, or of all, newest first.',
      input: { type: 'object', properties: { agent: text, limit } },
      handler: async (query) => {
        const entries = await view.snapshots.archive.list(query.agent);
        return { snapshots: entries.slice(0, query.limit ?? ENTRIES_MAX).map(entryJson) };
      },
    }),
    'node.snapshot.show': defineIntent({
      summary: 'What a snapshot holds.',
      input: byId,
      handler: async (query) =>
        show(await entryOf(view, query.id), await view.snapshots.archive.read(query.id)),
    }),
    'node.snapshot.diff': defineIntent({
      summary: 'What lies between two snapshots of an agent, or between one and now.',
      input: {
        type: 'object',
        properties: { from: id, to: { anyOf: [id, { const: 'now' }] } },
        required: ['from', 'to'],
      },
      handler: (query, handling) => compare(view, query as { from: string; to: string }, handling),
    }),
    'node.snapshot.test': defineIntent({
      summary: 'What an agent as a snapshot has it would do with a message. Nothing comes of it.',
      input: {
        type: 'object',
        properties: { id, intent: text, payload: {} },
        required: ['id', 'intent'],
      },
      handler: (query, handling) => test(view, query as JsonValue & TestQuery, handling),
    }),
    'node.snapshot.verify': defineIntent({
      summary: 'Whether a snapshot and all that it follows hold.',
      input: byId,
      handler: async (query) => {
        const { agent } = await entryOf(view, query.id);
        const lineage = await lineageOf(view.snapshots.archive, agent, query.id);
        if (lineage.kind === 'broken') return { holds: false, ids: lineage.ids, why: lineage.why };
        return { holds: true, ids: lineage.ids, root: lineage.root };
      },
    }),
    'node.snapshot.export': defineIntent({
      summary: 'A snapshot as text.',
      input: byId,
      handler: async (query) => {
        await entryOf(view, query.id);
        return { id: query.id, text: portable(await view.snapshots.archive.textOf(query.id)) };
      },
    }),
    'node.snapshot.import': defineIntent({
      summary: 'Takes in a snapshot that was exported.',
      input: {
        type: 'object',
        properties: { text: { type: 'string', maxLength: EXPORT_BYTES_MAX } },
        required: ['text'],
      },
      handler: async (query) =>
        entryJson(await view.snapshots.archive.import(new TextEncoder().encode(query.text))),
    }),
  };
}

async function entryOf({ snapshots }: NodeView, wanted: string): Promise<SnapshotEntry> {
  const entry = (await snapshots.archive.list()).find((one) => one.id === wanted);
  if (entry === undefined) throw new KaiError('NO_ROUTE', `there is no snapshot ${wanted}`);
  return entry;
}

function show(
  entry: SnapshotEntry,
  { version, incarnation, state, timers, inbox, settings }: Bundle,
): JsonValue {
  const kept = [...state].slice(0, TOLD_MAX).map(([key, value]) => ({ key, value: toldValue(value) }));
  const set = timers.slice(0, TOLD_MAX).map((timer) => ({ ...timer, payload: toldValue(timer.payload) }));
  const waiting = inbox.slice(0, TOLD_MAX).map((message) => ({ id: message.id, from: message.from }));
  return {
    snapshot: entryJson(entry),
    version: { ...version },
    incarnation,
    settings: toldValue(settings),
    counts: { state: state.size, timers: timers.length, inbox: inbox.length },
    state: kept,
    timers: set,
    inbox: waiting,
  };
}

async function compare(
  view: NodeView,
  { from, to }: { readonly from: string; readonly to: string },
  { message, signal }: MessageHandling,
): Promise<JsonObject> {
  const { archive } = view.snapshots;
  const one = await archive.read(from);
  if (to !== 'now') {
    const other = await archive.read(to);
    if (other.agent !== one.agent)
      throw new KaiError('CONFLICT', `${from} is of ${one.agent}, ${to} is of ${other.agent}`);
    return { from, to, agent: one.agent, difference: toldDifference(difference(one, other)) };
  }
  const changed = await view.snapshots.compare(cellAt(view, one.agent), one, { id: message.id, signal });
  return { from, to, agent: one.agent, difference: toldDifference(changed) };
}

interface TestQuery {
  readonly id: string;
  readonly intent: string;
  readonly payload?: JsonValue;
}

async function test(
  view: NodeView,
  { id: wanted, intent, payload = {} }: TestQuery,
  { signal }: MessageHandling,
): Promise<JsonObject> {
  const bundle = await view.snapshots.archive.read(wanted);
  const cell = cellAt(view, bundle.agent);
  const {
    outcome,
    difference: changed,
    sent,
  } = await view.isolate(cell, bundle, { intent, payload, signal });
  return {
    id: wanted,
    agent: bundle.agent,
    ...('answer' in outcome ? { answer: outcome.answer } : { error: { ...outcome.error.toPayload() } }),
    difference: toldDifference(changed),
    sent: sent.map((one) => ({ ...one })),
  };
}

function cellAt({ registrar }: NodeView, agent: string): Cell {
  const cell = registrar.at(agent);
  if (cell instanceof Cell) return cell;
  throw new KaiError('NO_ROUTE', `nobody is at ${agent} now`);
}

function portable(content: string): string {
  if (new TextEncoder().encode(content).byteLength <= EXPORT_BYTES_MAX) return content;
  const why = `a snapshot that travels in a message has at most ${EXPORT_BYTES_MAX} bytes; copy its file instead`;
  throw new KaiError('OVERLOADED', why);
}
