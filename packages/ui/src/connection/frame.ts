/**
 * Reads what the node sends over the live socket. A text that is no frame is dropped (`undefined`): a newer
 * node may say things that this window does not know yet.
 */

import type { ServerFrame } from './wire.ts';

const OPS = ['hello', 'chunk', 'reply', 'error', 'event'] as const satisfies readonly ServerFrame['op'][];

export function readFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isFrame(value) ? value : undefined;
}

function isFrame(value: unknown): value is ServerFrame {
  if (!isRecord(value) || !OPS.some((op) => op === value.op)) return false;
  switch (value.op) {
    case 'hello':
      return typeof value.node === 'string';
    case 'chunk':
      return typeof value.ref === 'string' && 'payload' in value;
    case 'error':
      return typeof value.ref === 'string' && isRecord(value.error);
    default:
      return typeof value.ref === 'string' && isRecord(value.message);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
