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
}

export function parseTraceparent(text: string): TraceContext | undefined {
  if (text.length !== 55) return undefined;
  const found = TRACEPARENT.exec(text);
  const [, traceId, parentId] = found ?? [];
  if (traceId === undefined || parentId === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId };
}

/** The trace that a message belongs to: its context's, or the one it begins. */
export function traceIdOf(id: MessageId, traceparent: string | undefined): string {
  const given = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return given?.traceId ?? id.replaceAll('-', '');
}

/** The `traceparent` of messages that are sent while `id` is handled. */
export function childTraceparent(id: MessageId, traceparent: string | undefined): string {
  const digits = id.replaceAll('-', '');
  return `00-${traceIdOf(id, traceparent)}-${digits.slice(16)}-01`;
}
