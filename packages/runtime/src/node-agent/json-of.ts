/** Values of our own types as JSON: readonly interfaces have no index signature, but nothing else is in them. */

import type { JsonValue } from '@kai/protocol';

export function jsonOf(value: object): JsonValue {
  return value as JsonValue;
}
