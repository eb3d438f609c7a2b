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
  if (typeof value !== 'object' || value === null) return Math.min(scalarSize(value), limit);
  const open: object[] = [value];
  let size = 0;
  for (let next = open.pop(); next !== undefined && size < limit; next = open.pop()) {
    size += Array.isArray(next) ? listSize(next, limit - size, open) : recordSize(next, limit - size, open);
  }
  return Math.min(size, limit);
}

function scalarSize(value: unknown): number {
  return typeof value === 'string' ? value.length + 2 : 5;
}

/** Of the list itself and its scalars; what is nested waits in `open`. */
function listSize(list: readonly unknown[], limit: number, open: object[]): number {
  let size = 2 + list.length;
  for (let index = 0; index < list.length && size < limit; index += 1) {
    const item = list[index];
    if (typeof item === 'object' && item !== null) open.push(item);
    else size += scalarSize(item);
  }
  return size;
}

function recordSize(record: object, limit: number, open: object[]): number {
  let size = 2;
  // No list of keys is made: this is asked of nearly every message.
  for (const key in record) {
    if (size >= limit) return size;
    const item = (record as Record<string, unknown>)[key];
    size += key.length + 4;
    if (typeof item === 'object' && item !== null) open.push(item);
    else size += scalarSize(item);
  }
  return size;
}
