/**
 * Trace context (W3C Trace Context, level 1): `00-<trace id>-<parent id>-<flags>`.
 *
 * A message that begins a trace lends it its own id: a UUID without its dashes is a trace id, its last 16
 * digits a span id. So nothing needs to be generated or stored for messages that nobody follows.
 */

import type { MessageId } from './message.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TraceContext {
  readonly traceId: string;
  readonly parentId: string;
  /** Whether the caller may have recorded the trace (flag 01); other flags are not carried on. */
  readonly sampled: boolean;
}

/** Parses version 00; nothing when the text is none, or when an id is all zeros, which W3C forbids. */
export function parseTraceparent(text: string): TraceContext | undefined {
  if (text.length !== 55) return undefined;
  const found = TRACEPARENT.exec(text);
  const [, traceId, parentId, flags] = found ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The trace that a message belongs to: its context's, or the one it begins. */
export function traceIdOf(id: MessageId, traceparent: string | undefined): string {
  return givenTrace(traceparent)?.traceId ?? id.replaceAll('-', '');
}

/** The `traceparent` of messages that are sent while `id` is handled. A trace begun here is sampled. */
export function childTraceparent(id: MessageId, traceparent: string | undefined): string {
  const digits = id.replaceAll('-', '');
  const flags = givenTrace(traceparent)?.sampled === false ? '00' : '01';
  return `00-${traceIdOf(id, traceparent)}-${digits.slice(16)}-${flags}`;
}

function givenTrace(traceparent: string | undefined): TraceContext | undefined {
  return traceparent === undefined ? undefined : parseTraceparent(traceparent);
}
