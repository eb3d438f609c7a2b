/**
 * Schemas of payloads: JSON Schema 2020-12 is the truth on the wire; TypeBox compiles it.
 *
 * An author may write plain JSON Schema, TypeBox (which is JSON Schema), or any Standard Schema that can
 * say itself as JSON Schema (zod 4 and others).
 */

import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { XStatic } from 'typebox/schema';
import { approximateSize, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { MESSAGE_BYTES_MAX } from './message.ts';
import { boundSchema } from './schema-bounds.ts';

/** A schema as JSON. Booleans are schemas, too: `true` takes anything. */
export type JsonSchema = JsonObject;

/** The part of Standard Schema 1.1 with JSON that is needed here (standardschema.dev). */
export interface StandardJsonSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

export type SchemaSource = object | StandardJsonSchema;

/** The type of the values that a schema admits, as far as TypeScript can tell; any JSON without a schema. */
export type Admits<S> = unknown extends S
  ? JsonValue
  : S extends { readonly '~standard': { readonly types?: infer T } }
    ? NonNullable<T> extends { readonly input: infer I }
      ? I
      : JsonValue
    : S extends TSchema
      ? Static<S>
      : XStatic<S>;

/** One reason why a value does not fit. */
export interface Misfit {
  /** JSON Pointer (RFC 6901) to the place in the value; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/** Returns what does not fit, at most {@link MISFITS_MAX}; nothing when the value fits. */
export type Validator = (value: JsonValue) => readonly Misfit[] | undefined;

/** Reasons reported for one value; the rest says nothing new. */
export const MISFITS_MAX = 8;

/** Steps that one check may take, as subschemas × characters of the value: one to two seconds at worst. */
const CHECK_COST_MAX = 2 ** 26;
/** As {@link CHECK_COST_MAX}, for telling what does not fit, which is a hundred times slower. */
const REPORT_COST_MAX = 2 ** 22;

/** The JSON Schema that an author's schema stands for. @throws TypeError when it is none. */
export function toJsonSchema(source: SchemaSource): JsonSchema {
  const schema = isStandard(source) ? standardSchema(source) : source;
  if (!isJsonObject(schema)) {
    throw new TypeError('a schema is a JSON Schema object or a Standard Schema with JSON');
  }
  return plain(schema);
}

/**
 * Compiles a schema. A validator takes bounded time, whoever wrote the schema and the value; a value that
 * is too large for a large schema does not fit.
 *
 * @throws TypeError when the schema cannot be compiled, with the reason.
 */
export function compileSchema(schema: JsonSchema): Validator {
  const { check, weight } = compileOrThrow(schema);
  const sizeMax = Math.floor(CHECK_COST_MAX / weight);
  const reportSizeMax = Math.floor(REPORT_COST_MAX / weight);
  return (value) => {
    if (sizeMax < MESSAGE_BYTES_MAX && approximateSize(value, sizeMax) >= sizeMax) return TOO_LARGE;
    if (check.Check(value)) return undefined;
    if (approximateSize(value, reportSizeMax) >= reportSizeMax) return UNREPORTED;
    const misfits = check.Errors(value).slice(0, MISFITS_MAX);
    return misfits.map((misfit) => ({ path: misfit.instancePath, message: misfit.message }));
  };
}

const TOO_LARGE: readonly Misfit[] = [
  { path: '', message: 'is too large for a schema as large as this one' },
];
const UNREPORTED: readonly Misfit[] = [
  { path: '', message: 'does not fit the schema; it is too large to say where' },
];

export function describeMisfits(misfits: readonly Misfit[]): string {
  return misfits.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
}

function compileOrThrow(schema: JsonSchema): { check: ReturnType<typeof Compile>; weight: number } {
  try {
    const bounded = boundSchema(schema);
    return { check: Compile(bounded.schema), weight: bounded.weight };
  } catch (cause) {
    throw new TypeError(`this schema cannot be compiled: ${reasonOf(cause)}`, { cause });
  }
}

function standardSchema(source: StandardJsonSchema): unknown {
  try {
    return source['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
  } catch (cause) {
    throw new TypeError(`this schema cannot be said as JSON Schema: ${reasonOf(cause)}`, { cause });
  }
}

/** Only what JSON can say: symbols and functions that builders leave on their schemas are dropped. */
function plain(schema: object): JsonSchema {
  try {
    return JSON.parse(JSON.stringify(schema)) as JsonSchema;
  } catch (cause) {
    throw new TypeError(`this schema is no JSON: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isStandard(source: SchemaSource): source is StandardJsonSchema {
  const standard = (source as Partial<StandardJsonSchema> | null)?.['~standard'];
  return typeof standard?.jsonSchema?.input === 'function';
}
