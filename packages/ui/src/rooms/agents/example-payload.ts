/** A payload that fits a schema well enough to be a template in a copied command: required members only. */

import type { JsonObject, JsonValue } from '@kai/protocol';

/** Members within members, no deeper than this. */
const DEPTH_MAX = 3;

export function examplePayload(schema: JsonObject, depth = 0): JsonValue {
  const { type, enum: choices, const: only, default: preset } = schema;
  if (only !== undefined) return only;
  if (preset !== undefined) return preset;
  if (Array.isArray(choices) && choices.length > 0) return choices[0] as JsonValue;
  switch (type) {
    case 'string':
      return '…';
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 0;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default:
      return depth < DEPTH_MAX ? exampleObject(schema, depth) : {};
  }
}

function exampleObject({ properties, required }: JsonObject, depth: number): JsonObject {
  if (!isJsonObject(properties ?? null)) return {};
  const wanted = Array.isArray(required) ? required : [];
  const members = Object.entries(properties as JsonObject).filter(([name]) => wanted.includes(name));
  return Object.fromEntries(
    members.map(([name, inner]) => [name, isJsonObject(inner) ? examplePayload(inner, depth + 1) : null]),
  );
}

/** The protocol has the same test, but its index brings the schema compiler along: 6 kB compressed. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
