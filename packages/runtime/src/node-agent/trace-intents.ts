/** What messages do: `node.trace`, one trace from end to end, and following from now on. */

import type { JsonValue } from '@kai/protocol';
import type { MessageHandling } from '../agents/context.ts';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import type { JournalEntry, JournalMark } from '../ports/index.ts';
import { holds } from '../trace/trace.ts';
import { jsonOf } from './json-of.ts';
import { ENTRIES_MAX, limit, type NodeView, text } from './node-view.ts';
import { pause } from './pause.ts';

/** Entries that may wait for one who follows the trace; newer ones are counted as missed. */
const FOLLOW_WAITING_MAX = 1000;
const FOLLOW_EVERY_MS = 100;

/** What tells one journal entry from the others. */
const MARK = {
  type: 'object',
  properties: {
    at: { type: 'number' },
    id: text,
    outcome: { enum: ['admitted', 'replied', 'chunk', 'failed', 'refused', 'published'] },
  },
  required: ['at', 'id', 'outcome'],
} as const;

export function traceIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.trace': defineIntent({
      summary: 'What happened to messages, newest first.',
      input: {
        type: 'object',
        properties: { limit, containing: text, before: { type: 'number' }, past: MARK },
      },
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
        entries: jsonOf([...(await readTrace(view, { containing: trace, limit: ENTRIES_MAX }))].reverse()),
      }),
    }),
  };
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
  readonly past?: JournalMark;
}

/** What memory and disk know, each entry once, newest first. */
async function readTrace({ trace, store }: NodeView, query: TraceQuery): Promise<readonly JournalEntry[]> {
  const { limit = 100, containing = '', before = Number.POSITIVE_INFINITY, past } = query;
  const recent =
    past === undefined
      ? trace.read(limit, containing, before)
      : entriesPast(trace.read(Number.POSITIVE_INFINITY, containing), past);
  const kept = await store.readJournal({
    limit,
    ...(containing === '' ? {} : { containing }),
    ...(query.before === undefined ? {} : { before: query.before }),
    ...(past === undefined ? {} : { past }),
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

/** Of entries that stand newest first: what follows the marked one, or is older when that is gone. */
function entriesPast(entries: readonly JournalEntry[], mark: JournalMark): readonly JournalEntry[] {
  const place = entries.findIndex(({ id, outcome }) => id === mark.id && outcome === mark.outcome);
  return place === -1 ? entries.filter(({ at }) => at < mark.at) : entries.slice(place + 1);
}
