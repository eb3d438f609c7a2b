/** Snapshots as text: one text for each, and no other is read. */

import { hash } from 'node:crypto';
import type { JsonValue } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bundle, decodeBundle, encodeBundle } from '../src/snapshots/bundle.ts';
import { canonicalText } from '../src/snapshots/canonical.ts';
import { difference, isSame } from '../src/snapshots/difference.ts';
import { sha256 } from '../src/snapshots/sha256.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const text = fc.string({ unit: 'binary', maxLength: 12 });
const id = fc.uint8Array({ minLength: 1, maxLength: 4 }).map(sha256);
const time = fc.nat();

const timer = fc.record({ name: text, due: fc.integer(), intent: text, payload: json });

const bundles: fc.Arbitrary<Bundle> = fc.record({
  agent: text,
  version: fc.record({ semver: text, code: id }),
  at: time,
  incarnation: time,
  parent: fc.option(id),
  pruned: fc.array(id, { maxLength: 3 }),
  kind: fc.constantFrom('auto', 'manual', 'rollback'),
  note: text,
  state: fc.array(fc.tuple(text, json), { maxLength: 6 }).map((pairs) => new Map(asWritten(pairs))),
  timers: fc.uniqueArray(timer, { selector: ({ name }) => name, maxLength: 3 }).map(asWritten),
  inbox: fc.array(fc.record({ id: text, from: text, message: text }), { maxLength: 3 }),
  settings: fc.dictionary(fc.string({ minLength: 1 }), json, { maxKeys: 3 }).map(asWritten),
});

/** As the store gives it: JSON knows no negative zero and no prototype. */
function asWritten<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as T;
}

describe('the hash', () => {
  it('is SHA-256, at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha256(bytes)).toBe(`sha256-${hash('sha256', bytes)}`);
      }),
      { numRuns: 500 },
    );
    for (const length of [55, 56, 63, 64, 65, 119, 120, 1_000_000]) {
      const bytes = new Uint8Array(length).fill(length & 0xff);
      expect(sha256(bytes)).toBe(`sha256-${hash('sha256', bytes)}`);
    }
  });
});

describe('canonical text', () => {
  it('says the same as JSON, and does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json).map(asWritten), (record) => {
        expect(JSON.parse(canonicalText(record))).toEqual(JSON.parse(JSON.stringify(record)));
        const turned = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalText(turned)).toBe(canonicalText(record));
      }),
    );
  });
});

describe('a bundle', () => {
  it('is read as it was written, and written again as the same bytes', () => {
    fc.assert(
      fc.property(bundles, (bundle) => {
        const bytes = encodeBundle(bundle);
        const decoded = decodeBundle(bytes);
        expect(decoded.ok ? '' : decoded.why).toBe('');
        if (!decoded.ok) return;
        expect(decoded.bundle.state).toEqual(bundle.state);
        expect(encodeBundle(decoded.bundle)).toEqual(bytes);
      }),
    );
  });

  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(bundles, (bundle) => {
        const turned = { ...bundle, state: new Map([...bundle.state].reverse()) };
        expect(encodeBundle(turned)).toEqual(encodeBundle(bundle));
      }),
    );
  });

  it('is refused when a single bit is another', () => {
    fc.assert(
      fc.property(bundles, fc.nat(), fc.nat(7), (bundle, place, bit) => {
        const bytes = encodeBundle(bundle);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(decodeBundle(bytes).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused, and nothing breaks, for any bytes and any JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBundle(bytes).ok).toBe(false);
      }),
    );
    const members = [
      'format',
      'agent',
      'version',
      'state',
      'timers',
      'inbox',
      'settings',
      'parent',
      'checksum',
    ];
    fc.assert(
      fc.property(bundles, fc.constantFrom(...members), json, (bundle, member, value) => {
        const whole = JSON.parse(new TextDecoder().decode(encodeBundle(bundle))) as Record<string, JsonValue>;
        fc.pre(canonicalText(whole[member] ?? null) !== canonicalText(asWritten(value)));
        const other = new TextEncoder().encode(canonicalText({ ...whole, [member]: value }));
        expect(decodeBundle(other).ok).toBe(false);
      }),
    );
    const deep = new TextEncoder().encode('['.repeat(200_000));
    expect(decodeBundle(deep).ok).toBe(false);
  });
});

describe('the difference of two snapshots', () => {
  it('is what must be done to the one to have the other', () => {
    fc.assert(
      fc.property(bundles, bundles, (one, other) => {
        const { state } = difference(one, other);
        const made = new Map(one.state);
        for (const { key } of state.removed) made.delete(key);
        for (const { key, value } of state.added) made.set(key, value);
        for (const { key, after } of state.changed) made.set(key, after);
        expect(made).toEqual(new Map(other.state));
      }),
    );
  });

  it('turns around, and is nothing between the same', () => {
    fc.assert(
      fc.property(bundles, bundles, (one, other) => {
        const there = difference(one, other);
        const back = difference(other, one);
        expect(back.state.added).toEqual(there.state.removed);
        expect(back.timers.removed).toEqual(there.timers.added);
        expect(back.inbox.added).toEqual(there.inbox.removed);
        expect(isSame(difference(one, one))).toBe(true);
        expect(isSame(there)).toBe(isSame(back));
      }),
    );
  });
});
