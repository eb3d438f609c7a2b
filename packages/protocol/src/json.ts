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

/** A place that {@link findUnsafe} reports is cut after this many characters. */
const PATH_SHOWN_MAX = 200;

/**
 * What makes a parsed value unfit to travel: too deep, a number that JSON cannot write (`1e999` is read as
 * Infinity), or a key named `__proto__` (which would change an object's prototype when copied). Returns the
 * JSON Pointer (RFC 6901) of one such place.
 */
export function findUnsafe(value: unknown): { readonly path: string; readonly message: string } | undefined {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= JSON_DEPTH_MAX) return unsafe(next.path, `nested deeper than ${JSON_DEPTH_MAX} levels`);
    for (const key of Object.keys(next.value)) {
      const inner = (next.value as Record<string, unknown>)[key];
      if (key === '__proto__') return unsafe(pointer(next.path, key), 'the key __proto__ is not allowed');
      if (typeof inner === 'number' && !Number.isFinite(inner)) {
        return unsafe(pointer(next.path, key), 'a number is too large for JSON');
      }
      if (typeof inner === 'object' && inner !== null) {
        open.push({ value: inner, path: pointer(next.path, key), depth: next.depth + 1 });
      }
    }
  }
  return undefined;
}

function unsafe(path: string, message: string): { readonly path: string; readonly message: string } {
  return { path: path.length > PATH_SHOWN_MAX ? `${path.slice(0, PATH_SHOWN_MAX)}…` : path, message };
}

function pointer(path: string, key: string): string {
  return `${path}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}

/**
 * The size of a value in characters, counted no further than `limit`: cheap for the many small ones, bounded
 * for the few large ones. Between a sixth and five times the length of its JSON.
 */
export function approximateSize(value: JsonValue | undefined, limit: number): number {
  let size = 0;
  const open: (JsonValue | undefined)[] = [value];
  while (open.length > 0 && size < limit) {
    const next = open.pop();
    if (typeof next === 'string') size += next.length + 2;
    else if (typeof next !== 'object' || next === null) size += 5;
    else {
      const keys = isJsonObject(next) ? Object.keys(next) : undefined;
      const items = keys === undefined ? (next as readonly JsonValue[]) : Object.values(next);
      size += 2 + items.length;
      // What waits costs at least its comma, so no more than `limit` values ever wait.
      if (size >= limit) break;
      for (const item of items) open.push(item);
      for (const key of keys ?? []) size += key.length + 3;
    }
  }
  return Math.min(size, limit);
}
