/** The sync primitives: every vector against its schema (protocol §3). */

import { describe, expect, it } from 'vitest';
import {
  compileSchema,
  isPrimitive,
  type JsonValue,
  PRIMITIVE_SCHEMAS,
  PRIMITIVES,
  type Primitive,
} from '../src/index.ts';
import { readVectors } from './vectors.ts';

interface PrimitiveCase {
  readonly note: string;
  readonly primitive: Primitive;
  readonly payload: JsonValue;
  readonly valid?: true;
  readonly invalid?: { readonly pointer: string };
}

const { cases } = readVectors<{ cases: PrimitiveCase[] }>('primitives.json');

describe('the vectors of the primitives', () => {
  it.each(cases)('$primitive: $note', ({ primitive, payload, valid, invalid }) => {
    const misfits = compileSchema(PRIMITIVE_SCHEMAS[primitive])(payload);
    if (valid) expect(misfits).toBeUndefined();
    else expect(misfits?.[0]?.path).toBe(invalid?.pointer);
  });

  it('hold a valid and an invalid case of each', () => {
    for (const name of PRIMITIVES) {
      const own = cases.filter(({ primitive }) => primitive === name);
      expect(
        own.some(({ valid }) => valid),
        name,
      ).toBe(true);
      expect(
        own.some(({ invalid }) => invalid !== undefined),
        name,
      ).toBe(true);
    }
  });
});

it('no other intent is a primitive', () => {
  expect(PRIMITIVES.every(isPrimitive)).toBe(true);
  expect(['Ping', 'ping.x', '', 'toString'].some(isPrimitive)).toBe(false);
});
