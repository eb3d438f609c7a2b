/** Comparing JSON: whether two values are equal, and whether one holds another. */

import { isJsonObject, type JsonValue } from '@kai/protocol';

export function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, place) => isEqual(item, other[place]));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]))
  );
}

/** A part of a text; an item of a list, or each item of a list in any place; entries of an object, and parts of them. */
export function holds(whole: JsonValue | undefined, part: JsonValue): boolean {
  if (typeof whole === 'string' && typeof part === 'string') return whole.includes(part);
  if (Array.isArray(whole)) {
    const wanted: readonly JsonValue[] = Array.isArray(part) ? part : [part];
    return wanted.every((item) => whole.some((found: JsonValue) => isEqual(found, item)));
  }
  if (isJsonObject(whole) && isJsonObject(part)) {
    return Object.entries(part).every(
      ([key, value]) => Object.hasOwn(whole, key) && holds(whole[key], value),
    );
  }
  return isEqual(whole, part);
}
