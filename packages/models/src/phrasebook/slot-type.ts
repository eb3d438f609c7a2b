/**
 * What a slot may hold, by the intent's input schema, and how its words become a payload member.
 *
 * Only the member's own `type` is looked at: what stands behind `$ref` or `anyOf` is text, and the agent's
 * schema check has the last word.
 */

import { isJsonObject, type JsonSchema } from '@kai/protocol';
import { numberWord, truthWord } from './english.ts';
import type { Word } from './words.ts';

export type SlotType = 'text' | 'integer' | 'number' | 'boolean';

export type SlotTyping =
  | { readonly kind: 'type'; readonly type: SlotType }
  /** Why no slot of this name can stand in a template of this intent. */
  | { readonly kind: 'none'; readonly message: string };

export function slotTyping(schema: JsonSchema, name: string): SlotTyping {
  const members = schema.properties;
  const member = isJsonObject(members) && Object.hasOwn(members, name) ? members[name] : undefined;
  if (member === undefined && schema.additionalProperties === false) {
    return { kind: 'none', message: `the intent's input has no member ${name}` };
  }
  const types = isJsonObject(member) ? [member.type].flat() : [];
  if (types.length === 0 || types[0] === undefined || types.includes('string')) return typed('text');
  if (types.includes('number')) return typed('number');
  if (types.includes('integer')) return typed('integer');
  if (types.includes('boolean')) return typed('boolean');
  return { kind: 'none', message: `${name} is ${types.join(' or ')}, which words cannot say` };
}

function typed(type: SlotType): SlotTyping {
  return { kind: 'type', type };
}

const NUMERAL = /^([+-]?\d{1,15}(?:\.\d{1,15})?)[%°]?$/;

/** The value that one word says, for a slot that is not text; nothing when it says none. */
export function spokenValue(
  type: Exclude<SlotType, 'text'>,
  word: Word,
  typed: string,
): number | boolean | undefined {
  if (type === 'boolean') return truthWord(word.form);
  const numeral = NUMERAL.exec(typed)?.[1];
  const value = numeral === undefined ? numberWord(word.form) : Number(numeral);
  return type === 'integer' && !Number.isSafeInteger(value) ? undefined : value;
}
