/**
 * JSON in one form only: members sorted by their names' UTF-16 code units, no white space. Equal values have equal
 * texts, so that a text can be named by its hash.
 */

import type { JsonValue } from '@kai/protocol';

/** Values are no deeper than `JSON_DEPTH_MAX`; who takes them from outside has looked. */
export function canonicalText(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
