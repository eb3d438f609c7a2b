/**
 * Explains what in a value does not fit a schema, for the person who wrote it: the nearest known key, the type
 * that is wanted, an example. A validator's own errors say which keyword failed; people need what to write.
 *
 * Knows the keywords that the schema of `kai.yaml` uses. In `anyOf` it looks for the branch that was meant: by
 * type, by `kind`, or by a required key that is there.
 */

import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from '@kai/protocol';
import type { Path } from './fault.ts';
import { nearest } from './nearest.ts';

export interface Misplaced {
  readonly path: Path;
  /** Whether the key itself is wrong, or what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

export function checkValue(schema: JsonSchema, value: JsonValue): readonly Misplaced[] {
  const found: Misplaced[] = [];
  walk(schema, value, [], found);
  return found;
}

function walk(schema: JsonSchema, value: JsonValue, path: Path, found: Misplaced[]): void {
  if (Array.isArray(schema.anyOf)) {
    walkAnyOf(schema, value, path, found);
    return;
  }
  const wrong = wrongType(schema, value) ?? wrongChoice(schema, value) ?? wrongSize(schema, value);
  if (wrong !== undefined) {
    found.push({ path, at: 'value', message: wrong });
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(inner(schema.items), item, [...path, index], found);
  } else if (isJsonObject(value)) walkMembers(schema, value, path, found);
}

function walkMembers(schema: JsonSchema, value: JsonObject, path: Path, found: Misplaced[]): void {
  const properties = inner(schema.properties);
  const known = Object.keys(properties);
  for (const [key, member] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) walk(inner(properties[key]), member, [...path, key], found);
    else if (schema.additionalProperties === false) {
      found.push({ path: [...path, key], at: 'key', message: unknownKey(key, known) });
    } else walk(inner(schema.additionalProperties), member, [...path, key], found);
  }
  for (const key of texts(schema.required)) {
    if (Object.hasOwn(value, key)) continue;
    found.push({ path, at: 'value', message: `${key} is missing${forExample(inner(properties[key]), key)}` });
  }
}

function walkAnyOf(schema: JsonSchema, value: JsonValue, path: Path, found: Misplaced[]): void {
  const branches = (schema.anyOf as readonly JsonValue[]).map(inner);
  const meant = branches.find((branch) => isMeant(branch, value));
  if (meant !== undefined) {
    walk(meant, value, path, found);
    return;
  }
  const choices = branches.map(nameBranch).join(', or ');
  found.push({ path, at: 'value', message: `expected ${choices}; got ${show(value)}${forExample(schema)}` });
}

/** Whether a value was meant for this branch, even when it does not fit it. */
function isMeant(branch: JsonSchema, value: JsonValue): boolean {
  if (branch.const !== undefined) return branch.const === value;
  if (!isOfType(branch.type, value)) return false;
  if (!isJsonObject(value)) return true;
  const kind = inner(inner(branch.properties).kind).const;
  if (kind !== undefined) return value.kind === kind;
  const [first] = texts(branch.required);
  return first === undefined || Object.hasOwn(value, first);
}

function nameBranch(branch: JsonSchema): string {
  if (branch.const !== undefined) return String(branch.const);
  const kind = inner(inner(branch.properties).kind).const;
  if (kind !== undefined) return `{kind: ${kind}, …}`;
  const required = texts(branch.required);
  return required.length > 0 ? `{${required.join(', ')}}` : typeWords(branch.type);
}

function wrongType(schema: JsonSchema, value: JsonValue): string | undefined {
  if (schema.type === undefined || isOfType(schema.type, value)) return undefined;
  return `expected ${typeWords(schema.type)}, got ${show(value)}${forExample(schema)}`;
}

function wrongChoice(schema: JsonSchema, value: JsonValue): string | undefined {
  if (schema.const !== undefined && schema.const !== value) {
    return `must be ${show(schema.const)}, got ${show(value)}`;
  }
  if (!Array.isArray(schema.enum) || schema.enum.includes(value)) return undefined;
  const choices = schema.enum.map(String);
  if (choices.length === 1) return `must be ${choices[0]}, the only one there is so far; got ${show(value)}`;
  const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `must be one of ${choices.join(', ')}; got ${show(value)}${hint}`;
}

function wrongSize(schema: JsonSchema, value: JsonValue): string | undefined {
  if (typeof value === 'string') return wrongText(schema, value);
  if (typeof value === 'number') return outside(schema, value, 'minimum', 'maximum', (limit) => `${limit}`);
  if (!Array.isArray(value)) return undefined;
  return outside(
    schema,
    value.length,
    'minItems',
    'maxItems',
    (limit) => `${limit} ${limit === 1 ? 'entry' : 'entries'}`,
  );
}

function wrongText(schema: JsonSchema, value: string): string | undefined {
  const units = [...value].length;
  const size = outside(
    schema,
    units,
    'minLength',
    'maxLength',
    (limit) => `${limit} character${limit === 1 ? '' : 's'}`,
  );
  if (size !== undefined) return units === 0 ? `must not be empty${forExample(schema)}` : size;
  const pattern = schema.pattern;
  if (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value)) return undefined;
  return `${show(value)} does not fit here; ${wanted(schema)}${forExample(schema)}`;
}

function outside(
  schema: JsonSchema,
  size: number,
  least: string,
  most: string,
  unit: (limit: number) => string,
): string | undefined {
  const [min, max] = [schema[least], schema[most]];
  if (typeof min === 'number' && size < min) return `must be at least ${unit(min)}, got ${size}`;
  if (typeof max === 'number' && size > max) return `must be at most ${unit(max)}, got ${size}`;
  return undefined;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `unknown key; did you mean ${JSON.stringify(meant)}?`;
  return `unknown key; the keys here are ${known.join(', ')}`;
}

function forExample(schema: JsonSchema, key?: string): string {
  const examples = schema.examples;
  const example = Array.isArray(examples) ? examples[0] : schema.default;
  if (example === undefined) return '';
  const written = flow(example);
  return `; for example ${key === undefined ? written : `${key}: ${written}`}`;
}

/** JSON as a person would write it in YAML: `[{file: ./agents/hello.ts}]`. */
function flow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isJsonObject(value)) {
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}: ${flow(member)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' && /^[\w./:-][\w./: -]*$/.test(value) ? value : JSON.stringify(value);
}

function isOfType(type: JsonValue | undefined, value: JsonValue): boolean {
  const types = typeof type === 'string' ? [type] : texts(type);
  return (
    types.length === 0 ||
    types.some((name) => typeOf(value) === name || (name === 'integer' && Number.isInteger(value)))
  );
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
};

function typeWords(type: JsonValue | undefined): string {
  const types = typeof type === 'string' ? [type] : texts(type);
  return types.map((name) => TYPE_WORDS[name] ?? name).join(' or ');
}

/** Keys of a map that are named in a message. */
const KEYS_SHOWN_MAX = 4;

/** A value as it may stand in a message: short, and on one line. */
function show(value: JsonValue): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return `{${Object.keys(value).slice(0, KEYS_SHOWN_MAX).join(', ')}}`;
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}

function inner(schema: JsonValue | undefined): JsonSchema {
  return isJsonObject(schema) ? schema : {};
}

function texts(list: JsonValue | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly string[]) : [];
}

/** What the schema says about itself, without the default. */
function wanted(schema: JsonSchema): string {
  const [text = ''] = String(schema.description ?? 'see the schema').split(/ Default: /);
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`;
}
