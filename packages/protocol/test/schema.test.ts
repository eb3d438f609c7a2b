/** Schemas: whose they may be, what fits them, and what a stranger's schema cannot do. */

import fc from 'fast-check';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import {
  compileSchema,
  describeMisfits,
  type JsonSchema,
  type JsonValue,
  MISFITS_MAX,
  toJsonSchema,
} from '../src/index.ts';
import { jsonValues } from './arbitraries.ts';

function fits(schema: JsonSchema, value: JsonValue): boolean {
  return compileSchema(schema)(value) === undefined;
}

/** `levels` schemas, each of which applies the one below it `times` times. */
function ladder(levels: number, times: number): JsonSchema {
  const rung = (below: number) => ({
    allOf: Array.from({ length: times }, () => ({ $ref: `#/$defs/l${below}` })),
  });
  const rungs = Array.from({ length: levels }, (_, level) => [`l${level + 1}`, rung(level)] as const);
  return { $defs: { l0: { type: 'number' }, ...Object.fromEntries(rungs) }, $ref: `#/$defs/l${levels}` };
}

describe('a validator', () => {
  it('agrees with the type of any value', () => {
    const types: Record<string, (value: JsonValue) => boolean> = {
      null: (value) => value === null,
      boolean: (value) => typeof value === 'boolean',
      string: (value) => typeof value === 'string',
      number: (value) => typeof value === 'number',
      integer: (value) => Number.isInteger(value),
      array: (value) => Array.isArray(value),
      object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    };
    for (const [type, is] of Object.entries(types)) {
      const check = compileSchema({ type });
      fc.assert(fc.property(jsonValues, (value) => (check(value) === undefined) === is(value)));
    }
  });

  it('agrees on required members', () => {
    const check = compileSchema({
      type: 'object',
      properties: { a: { type: 'number', minimum: 3 } },
      required: ['a'],
    });
    fc.assert(fc.property(fc.integer(), (a) => (check({ a }) === undefined) === a >= 3));
    expect(check({})).toHaveLength(1);
  });

  it('reports at most eight misfits, each with its place', () => {
    const check = compileSchema({ type: 'array', items: { type: 'string' } });
    const misfits = check(Array.from({ length: 100 }, (_, index) => index)) ?? [];
    expect(misfits.length).toBe(MISFITS_MAX);
    expect(misfits[0]).toEqual({ path: '/0', message: 'must be string' });
    expect(describeMisfits(misfits.slice(0, 2))).toBe('/0 must be string; /1 must be string');
  });

  it('follows references and patterns', () => {
    const schema = {
      $defs: { 'a/b~': { type: 'string', pattern: '^[a-z]+$' } },
      items: { $ref: '#/$defs/a~1b~0' },
    };
    expect(fits(schema, ['abc'])).toBe(true);
    expect(compileSchema(schema)(['abc', 'A'])).toEqual([
      { path: '/1', message: 'must match pattern "/^[a-z]+$/u"' },
    ]);
  });
});

describe('an author may write', () => {
  it('TypeBox', () => {
    const schema = toJsonSchema(
      Type.Object({ text: Type.String(), more: Type.Record(Type.String(), Type.Number()) }),
    );
    expect(schema).toEqual(JSON.parse(JSON.stringify(schema)));
    expect(fits(schema, { text: 'milk', more: { a: 1 } })).toBe(true);
    expect(fits(schema, { text: 'milk', more: { a: 'x' } })).toBe(false);
  });

  it('a Standard Schema that can say itself as JSON Schema', () => {
    const asked: string[] = [];
    const input = (options: { readonly target: string }) => {
      asked.push(options.target);
      return { type: 'string', minLength: 1, hidden: undefined };
    };
    const source = { '~standard': { version: 1 as const, vendor: 'test', jsonSchema: { input } } };
    expect(toJsonSchema(source)).toEqual({ type: 'string', minLength: 1 });
    expect(toJsonSchema(Object.assign(() => 0, source))).toEqual({ type: 'string', minLength: 1 });
    expect(asked).toEqual(['draft-2020-12', 'draft-2020-12']);
  });

  it('nothing else, and is told so with a TypeError', () => {
    const failing = {
      '~standard': {
        version: 1 as const,
        vendor: 'x',
        jsonSchema: {
          input: () => {
            throw new Error('a date has no JSON');
          },
        },
      },
    };
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (const source of [[], () => 0, loop, { big: 1n }, failing])
      expect(() => toJsonSchema(source)).toThrow(TypeError);
    expect(() => toJsonSchema(failing)).toThrow(/a date has no JSON/);
  });
});

describe('a schema that is none', () => {
  it.each<[string, JsonSchema, RegExp]>([
    ['an unknown type', { type: 'banana' }, /#\/type/],
    ['a type that is no text', { type: 5 }, /#\/type/],
    ['properties that are no object', { properties: 'x' }, /#\/properties/],
    ['a property that is no schema', { properties: { a: 'string' } }, /#\/properties\/a/],
    ['allOf that is no list', { allOf: {} }, /#\/allOf/],
    ['required that is no list', { required: 'a' }, /#\/required/],
    ['a broken pattern', { pattern: '(' }, /no regular expression/],
    ['a pattern that is no text', { pattern: {} }, /#\/pattern/],
    ['a reference to nowhere', { $ref: '#/$defs/none' }, /leads nowhere/],
    ['a reference to what objects have by themselves', { $ref: '#/constructor' }, /leads nowhere/],
    ['a reference elsewhere', { $ref: 'https://example.org/schema' }, /into the schema itself/],
    ['a reference that is no URI', { $ref: '#/%zz' }, /cannot be compiled/],
    ['a dynamic reference', { $dynamicRef: '#x' }, /not supported/],
    [
      'a reference below an inner $id',
      { items: { $id: 'a', items: { $ref: '#/$defs/x' } }, $defs: { x: {} } },
      /inner \$id/,
    ],
  ])('%s is a TypeError that says where', (_note, schema, reason) => {
    expect(() => compileSchema(schema)).toThrow(TypeError);
    expect(() => compileSchema(schema)).toThrow(reason);
  });
});

describe('a schema from a stranger', () => {
  it.each<[string, JsonSchema]>([
    ['to itself', { $ref: '#' }],
    ['through allOf', { allOf: [{ $ref: '#' }] }],
    ['in a ring', { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }],
    ['through a property', { properties: { next: { $ref: '#' } } }],
  ])('cannot refer %s', (_note, schema) => {
    expect(() => compileSchema(schema)).toThrow(/must not refer to itself/);
  });

  it('cannot double its work with every line', () => {
    expect(fits(ladder(7, 2), 1)).toBe(true);
    expect(() => compileSchema(ladder(60, 2))).toThrow(/more than 1024 subschemas/);
  });

  it('cannot overflow the stack with a chain of references', () => {
    const check = compileSchema(ladder(500, 1));
    expect(check(1)).toBeUndefined();
    expect(check('x')).toHaveLength(1);
  });

  it('cannot be large, deep or poisoned', () => {
    let deep: JsonSchema = { type: 'string' };
    for (let level = 0; level < 64; level += 1) deep = { not: deep };
    expect(() => compileSchema(deep)).toThrow(/nested deeper/);
    expect(() => compileSchema({ description: 'x'.repeat(65_536) })).toThrow(/at most 65536 characters/);
    const poisoned: JsonSchema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
    expect(() => compileSchema(poisoned)).toThrow(/__proto__/);
  });

  it('cannot backtrack, neither in a pattern nor in names of properties', () => {
    expect(fits({ pattern: '^(a+)+$' }, `${'a'.repeat(10_000)}b`)).toBe(false);
    expect(() => compileSchema({ patternProperties: { '^(a+)+$': true } })).toThrow(/may take long/);
  });

  it('cannot run code', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it tries to leave a generated template string.
    const code = "x'\"`${globalThis.pwned=1}\n\u2028');globalThis.pwned=1;//";
    for (const schema of [
      { properties: { [code]: { const: code } }, required: [code] },
      { enum: [code] },
      { format: code },
      { $id: code, type: 'string' },
      { minLength: code, maximum: code, multipleOf: code },
      { dependentRequired: { [code]: [code] } },
    ]) {
      compileSchema(schema)({ [code]: code });
      compileSchema(schema)(code);
    }
    expect('pwned' in globalThis).toBe(false);
  });

  it('cannot make a large value cost more than its share', () => {
    const check = compileSchema({ allOf: Array.from({ length: 500 }, () => ({ items: true })) });
    expect(check(Array.from({ length: 100_000 }, () => 'x'))).toMatchObject([
      { path: '', message: expect.stringContaining('too large') },
    ]);
  });
});
