/**
 * Payload templates. A text that is nothing but one placeholder becomes a number; within a longer text it becomes its
 * digits. What looks like a placeholder and is none stays as it is.
 */

import { isJsonObject, type JsonValue } from '@kai/protocol';
import type { Stream } from '../chance/chance.ts';

const PLACEHOLDER = /\{(?:n|random(?::(\d{1,9})-(\d{1,9}))?)\}/g;
/** Nothing but one of them. */
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);
const RANDOM_MAX = 999;

export function fillText(text: string, n: number, chance: Stream): string {
  if (!text.includes('{')) return text;
  return text.replace(PLACEHOLDER, (found, low?: string, high?: string) =>
    String(placeholderValue(found, low, high, n, chance)),
  );
}

export function fill(template: JsonValue, n: number, chance: Stream): JsonValue {
  if (typeof template === 'string') return fillWhole(template, n, chance);
  if (Array.isArray(template)) return template.map((item: JsonValue) => fill(item, n, chance));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, n, chance)]));
}

function fillWhole(text: string, n: number, chance: Stream): JsonValue {
  const filled = fillText(text, n, chance);
  return WHOLE.test(text) ? Number(filled) : filled;
}

function placeholderValue(
  found: string,
  low: string | undefined,
  high: string | undefined,
  n: number,
  chance: Stream,
): number {
  if (found === '{n}') return n;
  const [from, to] = [Number(low ?? 0), Number(high ?? RANDOM_MAX)];
  return Math.min(from, to) + chance.below(Math.abs(to - from) + 1);
}
