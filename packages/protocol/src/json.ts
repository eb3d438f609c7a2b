/** JSON values, as they stand in payloads and contexts. */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Nesting that a message may have; deeper ones are refused before anything walks them recursively. */
export const JSON_DEPTH_MAX = 64;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What makes a parsed value unfit to travel: too deep, or a key named `__proto__` (which would change an
 * object's prototype when copied). Returns the path of the first such place.
 */
export function findUnsafe(value: unknown): { readonly path: string; readonly message: string } | undefined {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= JSON_DEPTH_MAX) {
      return { path: next.path, message: `nested deeper than ${JSON_DEPTH_MAX} levels` };
    }
    for (const key of Object.keys(next.value)) {
      if (key === '__proto__')
        return { path: `${next.path}/${key}`, message: 'the key __proto__ is not allowed' };
      const inner = (next.value as Record<string, unknown>)[key];
      if (typeof inner === 'object' && inner !== null) {
        open.push({ value: inner, path: `${next.path}/${key}`, depth: next.depth + 1 });
      }
    }
  }
  return undefined;
}

/**
 * The size of a value in characters, counted no further than `limit`: cheap for the many small ones, bounded
 * for the few large ones.
 */
export function approximateSize(value: JsonValue | undefined, limit: number): number {
  let size = 0;
  const open: (JsonValue | undefined)[] = [value];
  for (let next = open.pop(); size < limit; next = open.pop()) {
    if (typeof next === 'string') size += next.length + 2;
    else if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const key of Object.keys(next)) {
        size += key.length + 4;
        open.push((next as JsonObject)[key]);
      }
    } else size += 5;
    if (open.length === 0) return size;
  }
  return size;
}
