/**
 * What a schema may cost. Schemas come with manifests, and a manifest may come from a stranger.
 *
 * Without these bounds TypeBox overflows the stack on a `$ref` that leads back to itself, takes 2^n steps on
 * `allOf` pairs that refer to pairs, backtracks in `pattern`, and takes an unknown `type` or a `$ref` to
 * nowhere for a schema. All of that is refused here, before anything is compiled.
 *
 * A schema that refers to itself is refused, too: how often it looks at one part of a value has no bound
 * that can be told beforehand. `{}` takes a value that nests freely.
 */

import { findUnsafe } from './json.ts';
import { quoted } from './parsed.ts';
import type { JsonSchema } from './schema.ts';
import { isPlainPattern, TextPattern } from './text-pattern.ts';

/** Characters that a schema may have as JSON. */
export const SCHEMA_LENGTH_MAX = 65_536;
/** Subschemas that a schema may have once every `$ref` is written out, states of patterns included. */
export const SCHEMA_WEIGHT_MAX = 1024;

const ONE = [
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
  'additionalItems',
] as const;
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const RECORDS = ['dependentSchemas', 'patternProperties', 'properties'] as const;
/** Keywords by which a schema changes where references lead, or that later drafts dropped. */
const REFUSED = ['$dynamicRef', '$recursiveRef', 'dependencies'] as const;
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

export interface BoundedSchema {
  /** A copy whose patterns take linear time; only for the compiler. */
  readonly schema: object;
  /** Subschemas that one part of a value may meet at most. */
  readonly weight: number;
}

/** @throws TypeError with the place and the reason when the schema is malformed or may cost too much. */
export function boundSchema(schema: JsonSchema): BoundedSchema {
  const unsafe = findUnsafe(schema);
  if (unsafe !== undefined) throw new TypeError(`${unsafe.path}: ${unsafe.message}`);
  const text = JSON.stringify(schema);
  if (text.length > SCHEMA_LENGTH_MAX) {
    throw new TypeError(`a schema has at most ${SCHEMA_LENGTH_MAX} characters; this one has ${text.length}`);
  }
  const root: Record<string, unknown> = JSON.parse(text);
  return { schema: root, weight: new Scale(root).weighAll() };
}

/** Weighs each subschema once, however often it is referred to. */
class Scale {
  readonly #root: object;
  readonly #weights = new Map<object, number>();
  readonly #open = new Set<object>();
  #innerId = false;
  #reference = false;

  constructor(root: object) {
    this.#root = root;
  }

  weighAll(): number {
    const weight = this.weigh(this.#root, '#');
    if (this.#innerId && this.#reference) {
      throw new TypeError('a schema with an inner $id cannot have a $ref: it would lead elsewhere');
    }
    return weight;
  }

  weigh(schema: unknown, place: string): number {
    if (typeof schema === 'boolean') return 1;
    if (!isRecord(schema)) throw new TypeError(`${place}: a schema is an object, true or false`);
    const known = this.#weights.get(schema);
    if (known !== undefined) return known;
    if (this.#open.has(schema))
      throw new TypeError(`${place}: a schema must not refer to itself; {} takes anything`);
    this.#open.add(schema);
    const weight = 1 + ownWeight(schema, place) + this.#innerWeight(schema, place);
    if (weight > SCHEMA_WEIGHT_MAX) {
      throw new TypeError(
        `${place}: more than ${SCHEMA_WEIGHT_MAX} subschemas once references are written out`,
      );
    }
    this.#open.delete(schema);
    this.#weights.set(schema, weight);
    return weight;
  }

  #innerWeight(schema: Record<string, unknown>, place: string): number {
    let weight = 0;
    for (const { inner, key } of subschemas(schema, place)) {
      if (isRecord(inner) && inner.$id !== undefined) this.#innerId = true;
      weight += this.weigh(inner, `${place}/${key}`);
    }
    const reference = schema.$ref;
    if (reference === undefined) return weight;
    this.#reference = true;
    return weight + this.weigh(this.#resolve(reference, place), `${place}/$ref`);
  }

  #resolve(reference: unknown, place: string): unknown {
    if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) {
      throw new TypeError(`${place}: $ref points into the schema itself, as in #/$defs/name`);
    }
    let found: unknown = this.#root;
    for (const part of reference.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      found =
        typeof found === 'object' && found !== null && Object.hasOwn(found, key)
          ? (found as Record<string, unknown>)[key]
          : undefined;
    }
    if (found === undefined) throw new TypeError(`${place}: $ref ${quoted(reference)} leads nowhere`);
    return found;
  }
}

interface Subschema {
  readonly key: string;
  readonly inner: unknown;
}

/** The subschemas that TypeBox will apply. @throws TypeError when a keyword holds something else. */
function* subschemas(schema: Record<string, unknown>, place: string): Generator<Subschema> {
  for (const key of ONE) if (schema[key] !== undefined) yield { key, inner: schema[key] };
  for (const key of LISTS) {
    const list = schema[key] ?? [];
    if (!Array.isArray(list)) throw new TypeError(`${place}/${key}: a list of schemas`);
    for (const [index, inner] of list.entries()) yield { key: `${key}/${index}`, inner };
  }
  for (const key of RECORDS) {
    const record = schema[key] ?? {};
    if (!isRecord(record)) throw new TypeError(`${place}/${key}: an object of schemas`);
    for (const [name, inner] of Object.entries(record)) yield { key: `${key}/${name}`, inner };
  }
}

/** Checks the keywords that hold no schema, makes the pattern safe, and weighs what is compared one by one. */
function ownWeight(schema: Record<string, unknown>, place: string): number {
  for (const key of REFUSED) {
    if (schema[key] !== undefined) throw new TypeError(`${place}/${key}: not supported`);
  }
  refuseType(schema.type, place);
  for (const name of Object.keys(schema.patternProperties ?? {})) {
    if (!isPlainPattern(name)) {
      throw new TypeError(
        `${place}/patternProperties: ${quoted(name)} may take long; begin with ^ and repeat one character at most, or use propertyNames`,
      );
    }
  }
  return lengthOf(schema, 'enum', place) + lengthOf(schema, 'required', place) + patternWeight(schema, place);
}

function refuseType(type: unknown, place: string): void {
  if (type === undefined) return;
  for (const name of Array.isArray(type) ? type : [type]) {
    if (!TYPES.includes(name)) throw new TypeError(`${place}/type: one of ${TYPES.join(', ')}`);
  }
}

function lengthOf(schema: Record<string, unknown>, key: string, place: string): number {
  const list = schema[key] ?? [];
  if (!Array.isArray(list)) throw new TypeError(`${place}/${key}: a list`);
  return list.length;
}

function patternWeight(schema: Record<string, unknown>, place: string): number {
  const { pattern } = schema;
  if (pattern === undefined) return 0;
  if (typeof pattern !== 'string') throw new TypeError(`${place}/pattern: a regular expression, as text`);
  const safe = new TextPattern(pattern);
  schema.pattern = safe;
  return safe.weight;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
