/**
 * The message of the Standard Message Bus (protocol §2).
 *
 * The seven headers of the founding document are the whole of what a person must write ({@link MessageDraft});
 * the router fills the rest. Inside a node addresses are parsed values; the codecs turn them into text.
 */

import type { Address, Target } from './address.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Reach } from './reach.ts';

export const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;
/** Order of service and of shedding: `low` is refused first, `critical` last. */
export type Priority = (typeof PRIORITIES)[number];

export const MESSAGE_KINDS = ['request', 'reply', 'chunk', 'error', 'event', 'ack'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const DELIVERIES = ['fast', 'durable'] as const;
/** `fast`: at most once, in memory. `durable`: the sender's call resolves only once it is on disk. */
export type Delivery = (typeof DELIVERIES)[number];

/** The size that a message may have on IP links, in bytes; larger bodies travel by content hash. */
export const MESSAGE_BYTES_MAX = 1_048_576;
export const INTENT_LENGTH_MAX = 128;
/** Forwards that a new message may still make. */
export const HOPS_DEFAULT = 8;

declare const brand: unique symbol;
/** A UUIDv7 (RFC 9562 §5.7) in lower case. */
export type MessageId = string & { readonly [brand]: 'message-id' };

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isMessageId(text: unknown): text is MessageId {
  return typeof text === 'string' && text.length === 36 && UUID_V7.test(text);
}

/** Dotted name: parts of `a-z A-Z 0-9 _ -`. `analyze_image` and `home.light.set` are intents. */
const INTENT = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

export function isIntentName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= INTENT_LENGTH_MAX && INTENT.test(text);
}

/** Who served a message, where, and why (protocol §5, `context.route`). */
export interface RouteNote extends JsonObject {
  /** The name of the rule of the orchestration table that decided. */
  readonly rule: string;
  /** The agent that answered. */
  readonly served: string;
}

/** The context's known entries; others are free. */
export interface MessageContext {
  readonly traceparent?: string;
  readonly session?: string;
  readonly reach?: Reach;
  readonly delivery?: Delivery;
  /** What `sticky` rules hash by. */
  readonly key?: string;
  readonly route?: RouteNote;
  readonly [entry: string]: JsonValue | undefined;
}

export interface Message {
  readonly id: MessageId;
  readonly kind: MessageKind;
  readonly from: Address;
  readonly to: Target;
  readonly intent: string;
  readonly payload: JsonValue;
  readonly context: MessageContext;
  readonly priority: Priority;
  /** A `vault://` reference or a capability token. */
  readonly auth: string | undefined;
  /** The request that this answers. */
  readonly re: MessageId | undefined;
  /** Milliseconds since the epoch; no work is started after it. 0 in an event that does not expire. */
  readonly expires: number;
  readonly hops: number;
}

/** What a sender writes. `from` is filled by the router when the sender is known to it. */
export interface MessageDraft {
  readonly to: Target | string;
  readonly intent: string;
  /** For sending again what may have arrived: its receiver then handles it once. Given by the router when absent. */
  readonly id?: MessageId;
  readonly payload?: JsonValue;
  readonly context?: MessageContext;
  readonly priority?: Priority;
  readonly auth?: string;
}
