/**
 * Patterns over dotted names: addresses, topics and intents in rules. `*` is one part, a final `>` the rest
 * (one or more parts), anything else itself.
 */

import { ADDRESS_BYTES_MAX, type JsonValue, quoted } from '@kai/protocol';

export interface NamePattern {
  readonly text: string;
  readonly parts: readonly string[];
}

export function parseNamePattern(
  value: JsonValue,
): { readonly ok: true; readonly value: NamePattern } | { readonly ok: false; readonly message: string } {
  if (typeof value !== 'string' || value === '') return { ok: false, message: 'a pattern is a text' };
  if (value.length > ADDRESS_BYTES_MAX)
    return { ok: false, message: `a pattern has at most ${ADDRESS_BYTES_MAX} characters` };
  const parts = partsOf(value);
  for (const [index, part] of parts.entries()) {
    if (part === '') return { ok: false, message: `${quoted(value)} has an empty part` };
    if (part === '>' && index !== parts.length - 1)
      return { ok: false, message: '> stands only at the end of a pattern' };
    if (part.length > 1 && /[*>]/.test(part)) {
      return { ok: false, message: `* and > stand for whole parts; ${quoted(part)} mixes them with text` };
    }
  }
  return { ok: true, value: { text: value, parts } };
}

export function matchesName(pattern: NamePattern, name: string): boolean {
  const parts = partsOf(name);
  for (const [index, wanted] of pattern.parts.entries()) {
    if (wanted === '>') return parts.length > index;
    if (index >= parts.length) return false;
    if (wanted !== '*' && wanted !== parts[index]) return false;
  }
  return parts.length === pattern.parts.length;
}

/** The scheme is a part of its own, so that `kai://*` does not match a topic. */
function partsOf(name: string): readonly string[] {
  const scheme = /^(?:[a-z]+:\/\/|tasks:)/.exec(name)?.[0];
  if (scheme === undefined) return name.split('.');
  const rest = name.slice(scheme.length);
  return rest === '' ? [scheme, ''] : [scheme, ...rest.split('.')];
}
