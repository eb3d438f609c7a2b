/**
 * Conditions on facts and sizes, as people write them: `"> 0.8"`, `"<= 20"`, `ready`, `true`.
 */

import { type JsonValue, quoted } from '@kai/protocol';

type Comparison = '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'is'; readonly value: string | number | boolean }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly with: number };

export type Conditions = ReadonlyMap<string, Condition>;

/** What a node knows about itself now. A fact that it does not know meets no condition. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

const COMPARISON = /^\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/;

export function parseCondition(
  value: JsonValue,
): { readonly ok: true; readonly value: Condition } | { readonly ok: false; readonly message: string } {
  if (typeof value === 'number' || typeof value === 'boolean')
    return { ok: true, value: { kind: 'is', value } };
  if (typeof value !== 'string')
    return { ok: false, message: 'a condition is a text, a number or true/false' };
  const found = COMPARISON.exec(value);
  if (found !== null) {
    return { ok: true, value: { kind: 'compare', by: found[1] as Comparison, with: Number(found[2]) } };
  }
  if (/^\s*[<>]/.test(value)) {
    return {
      ok: false,
      message: `a comparison is <, <=, > or >= and a number, as in "> 0.8"; got ${quoted(value)}`,
    };
  }
  return { ok: true, value: { kind: 'is', value } };
}

export function meets(fact: string | number | boolean | undefined, condition: Condition): boolean {
  if (condition.kind === 'is') return fact === condition.value;
  if (typeof fact !== 'number') return false;
  switch (condition.by) {
    case '<':
      return fact < condition.with;
    case '<=':
      return fact <= condition.with;
    case '>':
      return fact > condition.with;
    case '>=':
      return fact >= condition.with;
  }
}

/** The first fact that does not hold, or nothing. */
export function firstUnmet(facts: Facts, conditions: Conditions): string | undefined {
  for (const [fact, condition] of conditions) {
    if (!meets(facts[fact], condition)) return fact;
  }
  return undefined;
}
