/** The JSON form of messages: every vector, and what hostile bytes may do (protocol §2, §4). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDraft,
  decodeJson,
  draftFrom,
  encodeJson,
  isJsonObject,
  MESSAGE_BYTES_MAX,
  toWire,
} from '../src/index.ts';
import { messages } from './arbitraries.ts';
import { readVectors } from './vectors.ts';

interface MessageCase {
  readonly note: string;
  readonly form: 'draft' | 'message';
  readonly text: string;
  readonly fill?: { readonly with: string; readonly bytes: number };
  readonly valid?: object;
  readonly invalid?: { readonly pointer: string; readonly reason: string };
}

const { cases } = readVectors<{ cases: MessageCase[] }>('messages.json');

function textOf({ text, fill }: MessageCase): string {
  if (fill === undefined) return text;
  const room = fill.bytes - (Buffer.byteLength(text) - 1);
  const times = Math.floor(room / Buffer.byteLength(fill.with));
  return text.replace('%', fill.with.repeat(times) + 'x'.repeat(room - times * Buffer.byteLength(fill.with)));
}

/** Addresses as text, as the vectors write them. */
function written(value: { readonly to: unknown }): object {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (isAddress(inner) ? inner.text : inner)));
}

function isAddress(value: unknown): value is { readonly text: string } {
  return (
    Object.isFrozen(value) &&
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    'kind' in value
  );
}

describe('the vectors of messages', () => {
  it.each(cases)('$form: $note', (one) => {
    const text = textOf(one);
    const decode = one.form === 'draft' ? decodeDraft : decodeJson;
    const outcome = decode(text);
    expect(decode(new TextEncoder().encode(text)).ok).toBe(outcome.ok);
    if (one.valid !== undefined) {
      const same = 'same' in one.valid ? { ...JSON.parse(text), context: {}, priority: 'normal' } : one.valid;
      if (!outcome.ok) expect.fail(outcome.problem.message);
      expect(written(outcome.value)).toEqual(same);
      return;
    }
    if (outcome.ok) expect.fail('it was taken');
    const { pointer = '', reason = '' } = one.invalid ?? {};
    expect(outcome.problem.message).toContain(reason);
    if (pointer !== '') expect(outcome.problem.message.startsWith(`${pointer}: `)).toBe(true);
    expect(outcome.problem.at).toBeLessThanOrEqual(text.length);
  });

  it('fill to the very byte that they name', () => {
    for (const one of cases) if (one.fill) expect(Buffer.byteLength(textOf(one))).toBe(one.fill.bytes);
  });
});

describe('laws of the codec', () => {
  it('decoding gives back what was encoded', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeJson(encodeJson(message))).toEqual({ ok: true, value: message });
        expect(decodeJson(new TextEncoder().encode(encodeJson(message)))).toEqual({
          ok: true,
          value: message,
        });
      }),
    );
  });

  it('what is written holds no address object and nothing undefined', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const wire = toWire(message);
        expect(wire).toEqual(JSON.parse(encodeJson(message)));
        expect(Object.values(wire)).not.toContain(undefined);
      }),
    );
  });

  it('any bytes are taken or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeJson(bytes).ok).toBe(false);
        expect(decodeDraft(bytes).ok).toBe(false);
      }),
    );
  });

  it('any JSON is taken or refused, whatever stands in the known members', () => {
    const names = [
      'to',
      'from',
      'intent',
      'payload',
      'context',
      'priority',
      'auth',
      'id',
      'kind',
      're',
      'expires',
      'hops',
    ];
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>({ toString: 1 }, { valueOf: 1, toString: null }, [[[]]]),
    );
    fc.assert(
      fc.property(messages, fc.constantFrom(...names), hostile, (message, name, value) => {
        for (const outcome of [decodeJson, decodeDraft].map((decode) =>
          decode(JSON.stringify({ ...toWire(message), [name]: value })),
        )) {
          if (!outcome.ok) expect(outcome.problem.message).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a changed byte never does more than be refused', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), (message, where, byte) => {
        const bytes = new TextEncoder().encode(encodeJson(message));
        bytes[where % bytes.length] = byte;
        const outcome = decodeJson(bytes);
        if (outcome.ok) expect(decodeJson(encodeJson(outcome.value))).toEqual(outcome);
        else expect(outcome.problem.at).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what only looks harmless', () => {
  it('a parsed draft is looked through like a text', () => {
    const body: unknown = JSON.parse(
      '{"to":"kai://a.b","intent":"x","payload":{"__proto__":{"admin":true}}}',
    );
    if (!isJsonObject(body)) expect.fail('no object');
    expect(draftFrom(body)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('__proto__') },
    });
  });

  it('bytes that are no UTF-8 are refused, not repaired', () => {
    const bytes = new TextEncoder().encode('{"to":"kai://a.b","intent":"x","payload":"?"}');
    bytes[bytes.indexOf(63)] = 0xff;
    expect(decodeDraft(bytes).ok).toBe(false);
  });

  it('a million small lists take no longer than a message may', () => {
    const payload = `[${'[],'.repeat(MESSAGE_BYTES_MAX / 3 - 20)}[]]`;
    expect(decodeDraft(`{"to":"kai://a.b","intent":"x","payload":${payload}}`).ok).toBe(true);
  });

  it('a reason stays short, however long the path is', () => {
    const outcome = decodeDraft(
      `{"to":"kai://a.b","intent":"x","payload":{"${'k'.repeat(100_000)}":{"__proto__":1}}}`,
    );
    expect(outcome.ok ? '' : outcome.problem.message.length).toBeLessThan(300);
  });
});
