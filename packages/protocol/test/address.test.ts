/** Addresses: every vector, and the laws of the parsers (protocol §1). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  address,
  agentAddress,
  isLabel,
  nodeOf,
  type Parsed,
  parseAddress,
  parseSecretReference,
  parseTarget,
  parseTopicPattern,
  RESERVED_OWNERS,
  target,
  toLabel,
} from '../src/index.ts';
import { labels } from './arbitraries.ts';
import { readVectors } from './vectors.ts';

interface AddressCase {
  readonly note: string;
  readonly text: string;
  readonly grammar?: 'address' | 'target' | 'secret';
  readonly valid?: { readonly kind: string };
  readonly invalid?: { readonly at: number };
}

const { cases } = readVectors<{ cases: AddressCase[] }>('addresses.json');

const parsers: Record<string, (text: string) => Parsed<{ readonly text: string }>> = {
  address: parseAddress,
  target: parseTarget,
  secret: parseSecretReference,
  pattern: parseTopicPattern,
};

function parserOf({ grammar, valid }: AddressCase) {
  const name = grammar ?? (valid?.kind === 'secret' ? 'secret' : 'target');
  return parsers[name] ?? parseTarget;
}

describe('the vectors of addresses', () => {
  it.each(cases)('$note: $text', (one) => {
    const outcome = parserOf(one)(one.text);
    if (one.valid === undefined) {
      expect(outcome).toMatchObject({ ok: false, problem: { at: one.invalid?.at } });
    } else expect(outcome).toEqual({ ok: true, value: { ...one.valid, text: one.text } });
  });

  it('hold for senders as for receivers', () => {
    for (const { text, valid, grammar } of cases) {
      if (grammar === 'secret') continue;
      const sends = ['node', 'agent', 'service', 'admin', 'vault'].includes(valid?.kind ?? '');
      expect(parseAddress(text).ok, text).toBe(sends);
    }
  });
});

describe('laws of the parsers', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc
      .tuple(
        fc.constantFrom('kai://', 'kai://vault/', 'tasks:', 'policy://', 'vault://'),
        fc.string({ unit: fc.constantFrom(...'ab-.@/*>A_ \u0430\ud800'), maxLength: 300 }),
      )
      .map((parts) => parts.join('')),
  );

  it.each(Object.entries(parsers))('%s: keeps the text, or points into it', (_name, parse) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const outcome = parse(text);
        if (outcome.ok) expect(outcome.value.text).toBe(text);
        else {
          expect(outcome.problem.at).toBeGreaterThanOrEqual(0);
          expect(outcome.problem.at).toBeLessThanOrEqual(text.length);
          expect(outcome.problem.message).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('an agent parses to its owner, device and name, and lives on its node', () => {
    const owner = labels.filter((label) => !RESERVED_OWNERS.includes(label));
    const name = fc.array(labels, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(owner, labels, name, (who, device, agent) => {
        fc.pre(`kai://${who}.${device}.${agent}`.length <= 255);
        const node = address(`kai://${who}.${device}`);
        if (node.kind !== 'node') throw new Error('two labels are a node');
        const made = agentAddress(node, agent);
        expect(made).toMatchObject({ kind: 'agent', owner: who, device, agent });
        expect(nodeOf(made)).toEqual(node);
        expect(nodeOf(node)).toBe(node);
      }),
    );
  });

  it('any text becomes a label or the fallback', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isLabel(toLabel(text, 'me'))));
  });
});

describe('addresses in source code', () => {
  it('throw a TypeError that names the text', () => {
    expect(() => address('alice.hub')).toThrow(
      new TypeError(
        '"alice.hub": an address begins with kai://, as in kai://alice.hub.climate; got "alice.hub"',
      ),
    );
    expect(() => target('vault://token@kai')).toThrow(TypeError);
  });

  it('do not change', () => {
    expect(Object.isFrozen(address('kai://alice.hub'))).toBe(true);
  });

  it.each([
    ['Zoë Müller', 'zoe-muller'],
    ["Anna's MacBook Pro", 'anna-s-macbook-pro'],
    ['--x--', 'x'],
    ['日本', 'me'],
    [`${'a'.repeat(62)} b`, 'a'.repeat(62)],
  ])('%s becomes the label %s', (text, label) => expect(toLabel(text, 'me')).toBe(label));
});
