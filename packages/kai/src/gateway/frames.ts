/** The texts of the gateway's WebSocket: what a client may say, parsed once, and what the node says. */

import {
  type ErrorPayload,
  findUnsafe,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Parsed,
  parsed,
  parseTopicPattern,
  problem,
  quoted,
  type TopicPattern,
  type WireMessage,
} from '@kai/protocol';
import { type RequestBody, requestFrom } from './request-body.ts';

/** The protocol's version, said in `hello`. */
export const LIVE_PROTOCOL = 1;
/** Characters of a `ref`. */
const REF_LENGTH_MAX = 64;

export type ClientFrame =
  | ({ readonly op: 'request'; readonly ref: string } & RequestBody)
  | { readonly op: 'cancel'; readonly ref: string }
  | { readonly op: 'subscribe'; readonly ref: string; readonly topic: TopicPattern }
  | { readonly op: 'unsubscribe'; readonly ref: string };

export type NodeFrame =
  | {
      readonly op: 'hello';
      readonly protocol: number;
      readonly node: string;
      readonly client: string;
      readonly version: string;
      readonly incarnation: number;
    }
  | { readonly op: 'chunk'; readonly ref: string; readonly payload: JsonValue }
  | { readonly op: 'reply'; readonly ref: string; readonly message: WireMessage }
  | { readonly op: 'error'; readonly ref: string; readonly error: ErrorPayload }
  | { readonly op: 'event'; readonly ref: string; readonly message: WireMessage };

/** A frame that breaks the protocol; `ref` is empty when not even that could be read. */
export type ParsedFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly ref: string; readonly message: string };

export function parseFrame(text: string): ParsedFrame {
  const body = bodyOf(text);
  if (!body.ok) return { ok: false, ref: '', message: body.problem.message };
  const { ref } = body.value;
  if (typeof ref !== 'string' || ref === '' || ref.length > REF_LENGTH_MAX) {
    return { ok: false, ref: '', message: `ref is a text of 1 to ${REF_LENGTH_MAX} characters` };
  }
  const frame = frameFrom(body.value, ref);
  return frame.ok ? { ok: true, frame: frame.value } : { ok: false, ref, message: frame.problem.message };
}

function bodyOf(text: string): Parsed<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem(0, 'a frame is a JSON text');
  }
  if (!isJsonObject(value)) return problem(0, 'a frame is a JSON object');
  const unsafe = findUnsafe(value);
  return unsafe === undefined ? parsed(value) : problem(0, `${unsafe.path}: ${unsafe.message}`);
}

function frameFrom(body: JsonObject, ref: string): Parsed<ClientFrame> {
  const { op, message, timeoutMs, topic } = body;
  switch (op) {
    case 'request': {
      const request = requestFrom(message, timeoutMs);
      return request.ok ? parsed({ op, ref, ...request.value }) : request;
    }
    case 'subscribe': {
      const pattern = parseTopicPattern(typeof topic === 'string' ? topic : '');
      return pattern.ok ? parsed({ op, ref, topic: pattern.value }) : pattern;
    }
    case 'cancel':
    case 'unsubscribe':
      return parsed({ op, ref });
    default:
      // Never String(op): that calls a toString of the sender's own.
      return problem(0, `op is request, cancel, subscribe or unsubscribe; got ${shown(op)}`);
  }
}

function shown(op: unknown): string {
  return typeof op === 'string' ? quoted(op) : 'what is no text';
}
