/**
 * The trace: what happened to messages, as a bounded ring in memory, and on disk for what is durable.
 *
 * Recording keeps references and formats nothing; entries are written out when somebody reads or follows, or when they
 * go to the journal.
 */

import {
  approximateSize,
  type JsonValue,
  type KaiError,
  type Message,
  type MessageId,
  traceIdOf,
} from '@kai/protocol';
import type { Clock, JournalEntry, JournalOutcome } from '../ports/index.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Turn } from '../router/turn.ts';

/** Entries kept in memory unless the node's options say otherwise. */
export const TRACE_ENTRIES = 4096;
/** Characters of a payload's JSON that an entry keeps. */
export const PAYLOAD_KEPT = 4096;

interface Recorded {
  readonly at: number;
  readonly outcome: JournalOutcome;
  readonly message: Message;
  /** What tells the trace: of the request, which is the message itself unless that is an answer. */
  readonly requestId: MessageId;
  readonly traceparent: string | undefined;
  readonly note: string;
  readonly tookMs: number;
  /** In place of the message's own payload when that is too large to be held on to. */
  readonly cut: string | undefined;
}

export class Trace {
  readonly #clock: Clock;
  readonly #turn: Turn;
  readonly #capacity: number;
  readonly #ring: Recorded[] = [];
  #next = 0;
  readonly #followers = new Set<(entry: JournalEntry) => void>();

  constructor(clock: Clock, turn: Turn, capacity: number) {
    this.#clock = clock;
    this.#turn = turn;
    this.#capacity = capacity;
  }

  get isOn(): boolean {
    return this.#capacity > 0;
  }

  admitted(exchange: Exchange): void {
    this.#record('admitted', exchange.message, exchange.message, exchange.rule, 0);
  }

  published(message: Message, hearing: number): void {
    this.#record('published', message, message, `${hearing} hear it`, 0);
  }

  replied(exchange: Exchange, reply: Message): void {
    this.#record('replied', reply, exchange.message, exchange.rule, this.#tookMs(exchange));
  }

  failed(exchange: Exchange, error: KaiError): void {
    this.#record(
      failureOf(exchange),
      exchange.message,
      exchange.message,
      `${error.code}: ${error.message}`,
      this.#tookMs(exchange),
    );
  }

  /** Entries before a time that hold `containing`, newest first. */
  read(limit: number, containing = '', before = Number.POSITIVE_INFINITY): readonly JournalEntry[] {
    const found: JournalEntry[] = [];
    for (const recorded of this.#newestFirst()) {
      if (found.length >= limit) break;
      if (recorded.at >= before) continue;
      const entry = written(recorded);
      if (holds(entry, containing)) found.push(entry);
    }
    return found;
  }

  /** Calls `hear` with each entry from now on. Returns how to stop it. */
  follow(hear: (entry: JournalEntry) => void): () => void {
    this.#followers.add(hear);
    return () => this.#followers.delete(hear);
  }

  *#newestFirst(): IterableIterator<Recorded> {
    for (let back = 1; back <= this.#ring.length; back += 1) {
      const recorded = this.#ring[(this.#next - back + this.#ring.length) % this.#ring.length];
      if (recorded !== undefined) yield recorded;
    }
  }

  #tookMs(exchange: Exchange): number {
    return this.#clock.monotonic() - exchange.admittedAt;
  }

  #record(outcome: JournalOutcome, message: Message, request: Message, note: string, tookMs: number): void {
    if (this.#capacity === 0) return;
    const recorded = {
      at: this.#turn.time,
      outcome,
      message,
      requestId: request.id,
      traceparent: request.context.traceparent,
      note,
      tookMs,
      cut: undefined,
    };
    this.#keep(isLarge(message.payload) ? withoutPayload(recorded) : recorded);
  }

  #keep(recorded: Recorded): void {
    if (this.#ring.length < this.#capacity) this.#ring.push(recorded);
    else this.#ring[this.#next] = recorded;
    this.#next = (this.#next + 1) % this.#capacity;
    if (this.#followers.size === 0) return;
    const entry = written(recorded);
    for (const hear of this.#followers) hear(entry);
  }
}

/** How the failing of an exchange is told: `refused` when nobody had taken it. */
export function failureOf(exchange: Exchange): 'failed' | 'refused' {
  return exchange.isTaken ? 'failed' : 'refused';
}

/** Whether an entry concerns what somebody looks for. */
export function holds(entry: JournalEntry, text: string): boolean {
  if (text === '') return true;
  const { from, to, intent, trace, id } = entry;
  return [from, to, intent, trace, id].some((part) => part.includes(text));
}

/** The journal's entry about a message. */
export function journalEntry(
  at: number,
  outcome: JournalOutcome,
  message: Message,
  request: Message,
  note: string,
  tookMs: number,
): JournalEntry {
  return written({
    at,
    outcome,
    message,
    requestId: request.id,
    traceparent: request.context.traceparent,
    note,
    tookMs,
    cut: undefined,
  });
}

function written({
  at,
  outcome,
  message,
  requestId,
  traceparent,
  note,
  tookMs,
  cut,
}: Recorded): JournalEntry {
  const { id, kind, from, to, intent, priority, re, payload } = message;
  return {
    at,
    outcome,
    id,
    kind,
    from: from.text,
    to: to.text,
    intent,
    priority,
    re,
    trace: traceIdOf(requestId, traceparent),
    note,
    tookMs,
    payload: cut ?? cutJson(payload),
  };
}

function withoutPayload(recorded: Recorded): Recorded {
  const { message } = recorded;
  return { ...recorded, message: { ...message, payload: null }, cut: cutJson(message.payload) };
}

/** A payload that cannot even be measured is not held on to either. */
function isLarge(payload: JsonValue): boolean {
  try {
    return approximateSize(payload, PAYLOAD_KEPT) >= PAYLOAD_KEPT;
  } catch {
    return true;
  }
}

function cutJson(payload: JsonValue): string {
  const text = jsonText(payload);
  return text.length > PAYLOAD_KEPT ? `${text.slice(0, PAYLOAD_KEPT)}…` : text;
}

/** Stands for a payload that is none: a local sender may pass anything, and records are no place to fail. */
export const NO_JSON = '(no JSON form)';

function jsonText(payload: JsonValue): string {
  try {
    return JSON.stringify(payload) ?? JSON.stringify(NO_JSON);
  } catch {
    return JSON.stringify(NO_JSON);
  }
}
