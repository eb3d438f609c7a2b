/**
 * Schemas of payloads: JSON Schema 2020-12 is the truth on the wire; TypeBox compiles it.
 *
 * An author may write plain JSON Schema, TypeBox (which is JSON Schema), or any Standard Schema that can
 * say itself as JSON Schema (zod 4 and others).
 */

import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { XStatic } from 'typebox/schema';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

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

/** The JSON Schema that an author's schema stands for. @throws TypeError when it is none. */
export function toJsonSchema(source: SchemaSource): JsonSchema {
  if (isStandard(source)) {
    return plain(source['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
  }
  if (!isJsonObject(source))
    throw new TypeError('a schema is a JSON Schema object or a Standard Schema with JSON');
  return plain(source);
}

/** Compiles a schema. @throws TypeError when it cannot be compiled, with the reason. */
export function compileSchema(schema: JsonSchema): Validator {
  const check = compileOrThrow(schema);
  return (value) => {
    if (check.Check(value)) return undefined;
    const misfits = check.Errors(value).slice(0, MISFITS_MAX);
    return misfits.map((misfit) => ({ path: misfit.instancePath, message: misfit.message }));
  };
}

export function describeMisfits(misfits: readonly Misfit[]): string {
  return misfits.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
}

function compileOrThrow(schema: JsonSchema): ReturnType<typeof Compile> {
  try {
    return Compile(schema);
  } catch (error) {
    throw new TypeError(`this schema cannot be compiled: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Only what JSON can say: symbols and functions that builders leave on their schemas are dropped. */
function plain(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}

function isStandard(source: SchemaSource): source is StandardJsonSchema {
  const standard = (source as Partial<StandardJsonSchema>)['~standard'];
  return typeof standard?.jsonSchema?.input === 'function';
}
