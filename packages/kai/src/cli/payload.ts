/** A payload as someone typed it. */

import type { JsonValue } from '@kai/protocol';
import { CommandError } from './command-error.ts';

/** @throws CommandError `usage` when it is not JSON. */
export function payloadFrom(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError('usage', `the payload is not JSON: ${why}`);
  }
}
