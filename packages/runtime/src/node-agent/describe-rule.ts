/** A rule in the JSON form in which a person wrote it. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Action, Rule } from '../table/rule.ts';

export function describeRule({ name, match, action }: Rule): JsonObject {
  const shown = Object.entries(match).map(([key, value]) => [key, describeMatch(value)]);
  return { name, match: Object.fromEntries(shown) as JsonObject, action: describeAction(action) };
}

function describeMatch(value: unknown): JsonValue {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([fact, c]) => [fact, describeMatch(c)])) as JsonObject;
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text);
  if (typeof value === 'object' && value !== null && 'by' in value && 'with' in value)
    return `${value.by} ${value.with}`;
  if (typeof value === 'object' && value !== null && 'kind' in value && 'value' in value)
    return value.value as JsonValue;
  return value as JsonValue;
}

function describeAction(action: Action): JsonObject {
  switch (action.kind) {
    case 'to':
      return { to: action.address.text };
    case 'service':
      return { service: action.service, strategy: action.strategy };
    case 'failover':
      return { failover: action.addresses.map(({ text }) => text) };
    case 'hold':
      return { hold: { until: describeMatch(action.until), forMs: action.forMs } };
    case 'reject':
      return { reject: action.reason };
  }
}
