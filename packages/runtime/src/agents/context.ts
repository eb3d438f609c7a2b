/**
 * What an agent can do: the surface that its code sees. Everything it does to the outside goes through here,
 * so that it can be routed, traced, bounded and, in a simulation, replayed.
 */

import type {
  Address,
  AgentAddress,
  IntentDeclaration,
  JsonObject,
  JsonValue,
  Message,
  MessageContext,
  MessageId,
  NodeAddress,
  Priority,
  Reach,
  Target,
} from '@kai/protocol';
import type { Clock, Log, ModelRuntime, TextIndex, TimerRecord } from '../ports/index.ts';

export interface SendOptions {
  /** The message's id, for sending again what may have arrived: its receiver then handles it once. */
  readonly id?: MessageId;
  readonly context?: MessageContext;
  readonly priority?: Priority;
  readonly auth?: string;
}

export interface CallOptions extends SendOptions {
  /** Milliseconds until the call fails with `EXPIRED`; default {@link CALL_TIMEOUT_MS}. */
  readonly timeoutMs?: number;
  /** Takes the request back when it aborts. */
  readonly signal?: AbortSignal;
}

/** How far a message has come (protocol §2). */
export type AckLevel = 'received' | 'durable' | 'effected';

export interface DeliverOptions extends SendOptions {
  /** What to wait for; default `durable`. */
  readonly until?: AckLevel;
}

export interface Ack {
  readonly id: MessageId;
  readonly level: AckLevel;
}

/** How long a caller waits for an answer unless it says otherwise. */
export const CALL_TIMEOUT_MS = 10_000;

/** Sending, as agents and clients do it. All but `send` and `publish` fail with a `KaiError`. */
export interface Sender {
  /** Asks and waits for the answer's payload. */
  call(to: Target | string, intent: string, payload?: JsonValue, options?: CallOptions): Promise<JsonValue>;
  /** Asks and waits for the whole reply, whose `context.route` says who served it. */
  request(to: Target | string, intent: string, payload?: JsonValue, options?: CallOptions): Promise<Message>;
  /**
   * Asks and yields the answer's parts as they come; returns the closing reply. Parts wait, at most
   * {@link CHUNKS_WAITING_MAX}, for a caller that is slower. Leaving the loop early cancels the request.
   */
  stream(
    to: Target | string,
    intent: string,
    payload?: JsonValue,
    options?: CallOptions,
  ): AsyncGenerator<JsonValue, Message, void>;
  /**
   * Tells, and resolves once the message has come as far as asked for: `received` by the agent, `durable` on disk (then
   * it is handled even if the node stops meanwhile), or `effected`. Fails with a `KaiError` when it does not.
   */
  deliver(to: Target | string, intent: string, payload?: JsonValue, options?: DeliverOptions): Promise<Ack>;
  /**
   * Tells without waiting. What cannot be delivered goes to the dead letters. What is durable, by its context or because
   * the receiver's intent writes, leaves together with the handler's own changes, or not at all.
   */
  send(to: Target | string, intent: string, payload?: JsonValue, options?: SendOptions): void;
  /** Tells everyone who hears the topic; returns how many that are. */
  publish(topic: Target | string, intent: string, payload?: JsonValue, options?: SendOptions): number;
}

/** Parts of a streamed answer that may wait for their reader; beyond it the request fails `OVERLOADED`. */
export const CHUNKS_WAITING_MAX = 4096;

/**
 * What one agent keeps: a map from text to JSON, held in memory and on disk.
 *
 * Writes made while a message is handled become visible and durable together when the handler ends well, before its
 * answer is sent; when it fails they are dropped.
 */
export interface AgentState {
  get(key: string): JsonValue | undefined;
  has(key: string): boolean;
  /** @throws KaiError `OVERLOADED` beyond {@link STATE_KEYS_MAX} keys. The value must not be changed afterwards. */
  set(key: string, value: JsonValue): void;
  delete(key: string): void;
  /** Keys and values in the order of the keys' first writing, of those that begin with `prefix`. */
  entries(prefix?: string): IterableIterator<[string, JsonValue]>;
}

/** Keys that one agent may keep. */
export const STATE_KEYS_MAX = 100_000;

/** Timers that outlive the process; set and cancelled together with the state. */
export interface Timers {
  /** At `due` the agent gets an event with this intent and payload; a `due` that has passed fires at once. */
  set(timer: Omit<TimerRecord, 'agent'>): void;
  cancel(name: string): void;
  list(): readonly TimerRecord[];
}

/** Who can be asked what, as the registrar knows it. */
export interface Capability {
  readonly address: Address;
  readonly summary: string;
  readonly services: readonly string[];
  readonly intents: readonly IntentDeclaration[];
}

/** What an agent has for its life. */
export interface AgentContext extends Sender {
  readonly self: AgentAddress | NodeAddress;
  readonly node: NodeAddress;
  /** What `kai.yaml` says under `settings:` of this agent, checked against its schema. */
  readonly settings: JsonObject;
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts when the agent stops. */
  readonly lifetime: AbortSignal;
  readonly state: AgentState;
  readonly timers: Timers;
  /** Model runtimes that this node has, the preferred one first. */
  readonly models: readonly ModelRuntime[];
  /** A full-text index of this agent's own. */
  openIndex(name: string): Promise<TextIndex>;
  /** All agents that can be asked something now, without this one. */
  capabilities(): readonly Capability[];
  /** A new id: a UUIDv7. */
  newId(): string;
}

/** What a handler has while it handles one message. Its methods are called on it: taken out of it they do not work. */
export interface MessageHandling extends AgentContext {
  readonly message: Message;
  /** Aborts when the sender cancels, the deadline passes, or the agent stops. */
  readonly signal: AbortSignal;
  /** How far this message may travel: its label, or the node's default. */
  readonly reach: Reach;
  /**
   * A part of the work that is done once: what it gives is kept on disk, and after a crash the handler, which runs again,
   * gets it back without doing it. Needs a durable message. @throws KaiError `CONFLICT` when the handler has changed and
   * takes other steps than before.
   */
  step<T extends JsonValue>(name: string, run: () => T | Promise<T>): Promise<T>;
  /** Waits, also across a restart: what is left of the time then. */
  sleep(name: string, ms: number): Promise<void>;
  /** Adds to the reply's `context.route`: who really answered, where, and why. */
  route(note: JsonObject): void;
}
