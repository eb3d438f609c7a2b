/** Traffic as a node's journal tells it: requests of several agents, their replies, a few failures. */

import type { JournalEntry } from '../../src/connection/wire.ts';
import { NODE } from './intents.ts';

const ROUTES = [
  ['weather-station', 'kai-core', 'weather.now', '{}'],
  ['kai-core', 'notes', 'notes.search', '{"query":"boiler","limit":20}'],
  ['kai-core', 'documents', 'documents.ask', '{"topic":"pressure","limit":4}'],
  ['reminders', 'kai-core', 'conversation.tell', '{"text":"Take the bread out"}'],
  [
    'documents',
    'summariser',
    'text.summarise',
    '{"text":"If the pressure falls below 1.0 bar …","sentences":2}',
  ],
] as const;

/** Every so many requests one fails. */
const FAILING_EVERY = 37;
const JOURNAL_MAX = 20_000;

export class Journal {
  readonly entries: JournalEntry[] = [];
  #count = 0;

  /** Adds a request and its answer, and returns the two entries. */
  add(at: number): readonly JournalEntry[] {
    this.#count += 1;
    const [from, to, intent, payload] = ROUTES[this.#count % ROUTES.length] ?? ROUTES[0];
    const failed = this.#count % FAILING_EVERY === 0;
    const id = idOf(this.#count, 'a');
    const tookMs = 2 + ((this.#count * 7) % 45);
    const base = { intent, priority: 'normal', trace: traceOf(this.#count) };
    const request: JournalEntry = {
      ...base,
      at: at - tookMs,
      outcome: 'admitted',
      id,
      kind: 'request',
      from: `${NODE}.${from}`,
      to: `kai://agent.${to}`,
      note: 'local services',
      tookMs: 0,
      payload,
    };
    const reply: JournalEntry = {
      ...base,
      at,
      outcome: failed ? 'failed' : 'replied',
      id: idOf(this.#count, 'b'),
      kind: failed ? 'error' : 'reply',
      from: `${NODE}.${to}`,
      to: `${NODE}.${from}`,
      re: id,
      note: failed ? 'UNAVAILABLE' : '',
      tookMs,
      payload: failed
        ? '{"code":"UNAVAILABLE","message":"the sensor did not answer within 5 s"}'
        : '{"ok":true}',
    };
    this.entries.push(request, reply);
    if (this.entries.length > JOURNAL_MAX) this.entries.splice(0, 2);
    return [request, reply];
  }

  newest(limit: number, containing: string, before: number): readonly JournalEntry[] {
    return this.entries
      .filter((entry) => Number(entry.at) < before && JSON.stringify(entry).includes(containing))
      .slice(-limit)
      .reverse();
  }

  trace(trace: string): readonly JournalEntry[] {
    return this.entries.filter((entry) => entry.trace === trace);
  }
}

function idOf(count: number, kind: string): string {
  return `0198c0de-${kind}000-7000-8000-${count.toString(16).padStart(12, '0')}`;
}

function traceOf(count: number): string {
  return `4bf92f3577b34da6${count.toString(16).padStart(16, '0')}`;
}
