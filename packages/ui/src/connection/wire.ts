/**
 * What the node says: the shapes of docs/gateway.md, as types.
 *
 * The node is trusted to keep its contract; what a person or a model wrote (texts, payloads) stays text and
 * is never markup.
 */

import type { ErrorPayload, Health, IntentDeclaration, JsonValue, Reach } from '@kai/protocol';

/** Milliseconds since the epoch. */
export type Moment = number;

export interface Hello {
  readonly op: 'hello';
  readonly protocol: number;
  readonly node: string;
  readonly client: string;
  readonly version: string;
  readonly incarnation: number;
}

/** A message as it comes: a reply or an event. */
export interface WireMessage {
  readonly payload: JsonValue;
  /** The request's id, in a reply. */
  readonly re?: string;
}

export type ServerFrame =
  | Hello
  | { readonly op: 'chunk'; readonly ref: string; readonly payload: JsonValue }
  | { readonly op: 'reply'; readonly ref: string; readonly message: WireMessage }
  | { readonly op: 'error'; readonly ref: string; readonly error: ErrorPayload }
  | { readonly op: 'event'; readonly ref: string; readonly message: WireMessage };

export interface ModelPlace {
  readonly name: string;
  readonly model: string;
  readonly reach: Reach;
  readonly where: string;
  readonly ready: boolean;
  readonly detail: string;
}

export interface NodeStatus {
  readonly node: string;
  readonly version: string;
  readonly topology: string;
  readonly incarnation: number;
  readonly startedAt: Moment;
  readonly load: number;
  readonly agents: number;
  readonly queue: number;
  readonly memory: { readonly rss: number; readonly heapUsed: number };
  readonly messages: {
    readonly admitted: number;
    readonly failed: number;
    readonly refused: number;
    readonly perSecond: number;
  };
  readonly table: { readonly version: number; readonly rules: number };
  readonly models: readonly ModelPlace[];
}

export interface Agent {
  readonly address: string;
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  /** Names; `notes` is asked at `kai://agent.notes`. */
  readonly services: readonly string[];
  readonly health: Health;
  readonly queue: number;
  readonly queueMax: number;
  readonly running: number;
  readonly concurrency: number;
  readonly handled: number;
  readonly failed: number;
  readonly lastError?: { readonly at: Moment; readonly code: string; readonly message: string };
  readonly incarnation: number;
  readonly intents: readonly IntentDeclaration[];
}

export type Outcome = 'admitted' | 'replied' | 'chunk' | 'failed' | 'refused' | 'published';

export interface JournalEntry {
  readonly at: Moment;
  readonly outcome: Outcome;
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly priority: string;
  readonly re?: string;
  readonly trace: string;
  /** The rule that decided, for what was admitted; the error's code and message, for what failed. */
  readonly note: string;
  readonly tookMs: number;
  /** JSON text, cut after 4,096 characters. */
  readonly payload: string;
}

export interface DeadLetter {
  readonly at: Moment;
  readonly id: string;
  readonly code: string;
  readonly reason: string;
  /** The whole message in its JSON form. */
  readonly message: string;
}

/** What came of sending a letter's message again. `before`: it had been done already. */
export type Retried =
  | { readonly kind: 'sent'; readonly id: string; readonly level: 'durable' | 'effected' | 'before' }
  | { readonly kind: 'kept'; readonly id: string; readonly error: ErrorPayload };

export interface Snapshot {
  readonly id: string;
  /** The agent's address. */
  readonly agent: string;
  readonly at: Moment;
  readonly parent: string | null;
  readonly kind: 'auto' | 'manual' | 'rollback';
  readonly note: string;
  readonly bytes: number;
}

/** Each list has at most 100 members; `more` counts the rest. */
export interface Changes {
  readonly added: readonly { readonly key: string; readonly value: JsonValue }[];
  readonly removed: readonly { readonly key: string; readonly value: JsonValue }[];
  readonly changed: readonly {
    readonly key: string;
    readonly before: JsonValue;
    readonly after: JsonValue;
  }[];
  readonly more: number;
}

export interface Difference {
  readonly state: Changes;
  /** By the timers' names. */
  readonly timers: Changes;
  readonly settings: Changes;
  /** Ids of unfinished durable messages. */
  readonly inbox: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly more: number;
  };
  readonly version: null | { readonly before: AgentVersion; readonly after: AgentVersion };
}

export interface AgentVersion {
  readonly semver: string;
  /** A hash of the agent's definition. */
  readonly code: string;
}

export interface Rehearsed {
  readonly difference: Difference;
  /** Why the rollback would be refused. */
  readonly refusal: ErrorPayload | null;
}

export interface RolledBack {
  readonly difference: Difference;
  /** What was there before. */
  readonly replaced: Snapshot;
  /** Whether the agent has started with what it was given back. */
  readonly awake: boolean;
}

export interface Source {
  readonly source: string;
  /** `line 12` or `page 3`. */
  readonly place: string;
  readonly title: string;
  /** The words that matched stand between U+0002 and U+0003. */
  readonly excerpt: string;
  readonly score: number;
}

export interface AnsweredBy {
  readonly kind: 'phrasebook' | 'model' | 'none';
  readonly name: string;
  readonly where: string;
  readonly why: string;
}

export interface Turn {
  readonly id: string;
  readonly at: Moment;
  readonly role: 'person' | 'kai';
  readonly text: string;
  readonly answeredBy?: AnsweredBy;
  readonly sources?: readonly Source[];
  /** What brought a turn about that nobody asked for, such as a reminder. */
  readonly about?: { readonly kind: 'reminder'; readonly id: string };
}

export type SayChunk =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'step';
      readonly intent: string;
      readonly to: string;
      readonly status: 'started' | 'done' | 'failed';
      readonly tookMs?: number;
    }
  | { readonly kind: 'sources'; readonly sources: readonly Source[] };

export interface SayReply {
  readonly text: string;
  readonly session: string;
  /** The id of kai's turn, and that of the person's. */
  readonly turn: string;
  readonly asked: string;
  readonly answeredBy: AnsweredBy;
  readonly sources: readonly Source[];
}

export interface Ability {
  readonly agent: string;
  readonly summary: string;
  readonly intent: string;
  readonly effect: 'read' | 'write';
  readonly examples: readonly string[];
}

export interface OpenedDocument {
  readonly source: string;
  readonly title: string;
  readonly text: string;
}

export interface DocumentsStatus {
  readonly folder: string;
  readonly files: number;
  readonly passages: number;
  readonly indexing: null | { readonly done: number; readonly total: number };
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly at: Moment;
}

export interface Reminder {
  readonly id: string;
  readonly what: string;
  readonly due: Moment;
  readonly repeats?: string;
  readonly status: 'waiting' | 'fired' | 'cancelled';
  readonly firedAt?: Moment;
}
