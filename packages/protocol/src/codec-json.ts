/**
 * The JSON form of messages: the one that people read and that travels on IP links (protocol §4).
 *
 * Decoding is the edge: size before parsing, then shape, then addresses. What comes out needs no
 * further check. An unknown member is kept out rather than carried on.
 */

import { type Address, parseAddress, parseSecretReference, parseTarget, type Target } from './address.ts';
import { findUnsafe, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import {
  DELIVERIES,
  isIntentName,
  isMessageId,
  MESSAGE_BYTES_MAX,
  MESSAGE_KINDS,
  type Message,
  type MessageContext,
  type MessageDraft,
  PRIORITIES,
  type Priority,
} from './message.ts';
import { type Parsed, parsed, problem, quoted } from './parsed.ts';
import { isReach } from './reach.ts';
import { parseTraceparent } from './trace-context.ts';

/** A message as it stands in JSON. */
export interface WireMessage extends JsonObject {
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly payload: JsonValue;
}

export function toWire(message: Message): WireMessage {
  const { id, kind, from, to, intent, payload, context, priority, auth, re, expires, hops } = message;
  return {
    id,
    kind,
    from: from.text,
    to: to.text,
    intent,
    payload,
    // Undefined entries vanish in JSON; the type does not know that.
    context: context as JsonObject,
    priority,
    ...(auth === undefined ? {} : { auth }),
    ...(re === undefined ? {} : { re }),
    expires,
    hops,
  };
}

export function encodeJson(message: Message): string {
  return JSON.stringify(toWire(message));
}

/** Decodes a whole message, as it comes over a link. */
export function decodeJson(bytes: Uint8Array | string): Parsed<Message> {
  const body = decodeObject(bytes);
  return body.ok ? messageFrom(body.value) : body;
}

/** Decodes what a person writes: the seven headers, of which `to` and `intent` must be there. */
export function decodeDraft(bytes: Uint8Array | string): Parsed<MessageDraft> {
  const body = decodeObject(bytes);
  return body.ok ? draftFrom(body.value) : body;
}

/** As {@link decodeDraft}, for JSON that is parsed already. Its size is the caller's to check. */
export function draftFrom(body: JsonObject): Parsed<MessageDraft> {
  const head = headersFrom(body);
  if (!head.ok) return head;
  const { to, intent, payload, context, priority, auth } = head.value;
  const { id } = body;
  if (id !== undefined && !isMessageId(id))
    return problem(0, `/id: a UUIDv7 in lower case; got ${shown(id)}`);
  const extra = { ...(auth === undefined ? {} : { auth }), ...(id === undefined ? {} : { id }) };
  return parsed({ to, intent, payload, context, priority, ...extra });
}

function decodeObject(bytes: Uint8Array | string): Parsed<JsonObject> {
  if (exceedsLimit(bytes)) {
    const at = Math.min(bytes.length, MESSAGE_BYTES_MAX);
    return problem(at, `a message has at most ${MESSAGE_BYTES_MAX} bytes; this one has more`);
  }
  let value: unknown;
  try {
    // A byte order mark is no JSON (RFC 8259 §8.1), whichever way it comes.
    const text = typeof bytes === 'string' ? bytes : UTF8.decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    return problem(positionIn(error), `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return isJsonObject(value) ? parsed(value) : problem(0, 'a message is a JSON object');
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A text counts as UTF-8, in which a UTF-16 code unit takes one to three bytes. */
function exceedsLimit(bytes: Uint8Array | string): boolean {
  if (bytes.length > MESSAGE_BYTES_MAX) return true;
  if (typeof bytes !== 'string' || bytes.length * 3 <= MESSAGE_BYTES_MAX) return false;
  return new TextEncoder().encode(bytes).length > MESSAGE_BYTES_MAX;
}

function positionIn(error: unknown): number {
  const found = error instanceof Error ? /position (\d+)/.exec(error.message) : null;
  return found?.[1] === undefined ? 0 : Number(found[1]);
}

/** A value for a message. Never `String(value)`: that calls a `toString` of the sender's own. */
function shown(value: JsonValue | undefined): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'nothing' : String(value);
}

interface Headers {
  readonly to: Target;
  readonly intent: string;
  readonly payload: JsonValue;
  readonly context: MessageContext;
  readonly priority: Priority;
  readonly auth: string | undefined;
}

function headersFrom(body: JsonObject): Parsed<Headers> {
  const unsafe = findUnsafe(body);
  if (unsafe !== undefined) return problem(0, `${unsafe.path}: ${unsafe.message}`);
  const { to, intent, payload = {}, context = {}, priority = 'normal', auth } = body;
  if (typeof to !== 'string') return problem(0, '/to: the address of the receiver is missing');
  const target = parseTarget(to);
  if (!target.ok) return problem(target.problem.at, `/to: ${target.problem.message}`);
  if (!isIntentName(intent)) {
    return problem(0, `/intent: a dotted name of 1 to 128 characters, as in notes.add; got ${shown(intent)}`);
  }
  if (!isOneOf(PRIORITIES, priority))
    return problem(0, `/priority: one of ${PRIORITIES.join(', ')}; got ${shown(priority)}`);
  const checked = contextFrom(context);
  if (!checked.ok) return checked;
  const wrongAuth = refuseAuth(auth);
  if (wrongAuth !== undefined) return problem(0, wrongAuth);
  return parsed({
    to: target.value,
    intent,
    payload,
    context: checked.value,
    priority,
    auth: auth as string | undefined,
  });
}

/** The size of a token, in characters: a JWS with a delegation chain fits; a document does not. */
const AUTH_LENGTH_MAX = 8192;

function refuseAuth(auth: JsonValue | undefined): string | undefined {
  if (auth === undefined) return undefined;
  if (typeof auth !== 'string' || auth === '') return '/auth: a vault:// reference or a token, as text';
  if (auth.length > AUTH_LENGTH_MAX) return `/auth: at most ${AUTH_LENGTH_MAX} characters`;
  if (!auth.startsWith('vault://')) return undefined;
  const reference = parseSecretReference(auth);
  return reference.ok ? undefined : `/auth: ${reference.problem.message}`;
}

function contextFrom(context: JsonValue): Parsed<MessageContext> {
  if (!isJsonObject(context)) return problem(0, '/context: an object');
  const { traceparent, session, reach, delivery, key, route } = context;
  for (const [name, value] of Object.entries({ session, key })) {
    if (value !== undefined && typeof value !== 'string') return problem(0, `/context/${name}: a text`);
  }
  if (
    traceparent !== undefined &&
    (typeof traceparent !== 'string' || parseTraceparent(traceparent) === undefined)
  ) {
    return problem(0, '/context/traceparent: not a W3C trace context, 00-<32 hex>-<16 hex>-<2 hex>');
  }
  if (reach !== undefined && !isReach(reach)) {
    return problem(0, `/context/reach: one of device, lan, org, public; got ${shown(reach)}`);
  }
  if (delivery !== undefined && !isOneOf(DELIVERIES, delivery)) {
    return problem(0, `/context/delivery: fast or durable; got ${shown(delivery)}`);
  }
  if (route !== undefined && !isRouteNote(route)) {
    return problem(0, '/context/route: an object with the texts rule and served');
  }
  return parsed(context as MessageContext);
}

function isRouteNote(route: JsonValue): boolean {
  return isJsonObject(route) && typeof route.rule === 'string' && typeof route.served === 'string';
}

function messageFrom(body: JsonObject): Parsed<Message> {
  const head = headersFrom(body);
  if (!head.ok) return head;
  const from = senderFrom(body.from);
  if (!from.ok) return from;
  const { id, kind, re, expires, hops } = body;
  if (!isMessageId(id)) return problem(0, `/id: a UUIDv7 in lower case; got ${shown(id)}`);
  if (!isOneOf(MESSAGE_KINDS, kind))
    return problem(0, `/kind: one of ${MESSAGE_KINDS.join(', ')}; got ${shown(kind)}`);
  if (re !== undefined && !isMessageId(re)) return problem(0, '/re: the UUIDv7 of a request');
  if (re === undefined && kind !== 'request' && kind !== 'event') {
    return problem(0, `/re: a message of kind ${kind} names the request that it answers`);
  }
  if (!isCount(expires)) return problem(0, '/expires: milliseconds since the epoch');
  if (!isCount(hops) || hops > 255) return problem(0, '/hops: a whole number from 0 to 255');
  return parsed({ id, kind, from: from.value, ...head.value, re, expires, hops });
}

function senderFrom(from: JsonValue | undefined): Parsed<Address> {
  if (typeof from !== 'string') return problem(0, '/from: the address of the sender is missing');
  const sender = parseAddress(from);
  return sender.ok ? sender : problem(sender.problem.at, `/from: ${sender.problem.message}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isOneOf<const T extends string>(names: readonly T[], value: unknown): value is T {
  return typeof value === 'string' && (names as readonly string[]).includes(value);
}
