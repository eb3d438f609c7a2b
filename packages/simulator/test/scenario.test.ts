import type { JsonValue } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../scenarios/index.ts';
import { Chance } from '../src/chance/chance.ts';
import { parseScenario } from '../src/index.ts';
import { fill, fillText } from '../src/scenario/template.ts';

const valid = {
  name: 'small',
  agents: [{ name: 'ledger' }],
  workload: [{ do: 'call', to: 'ledger', intent: 'append', payload: { entry: '{n}' } }],
} as const;

const problemOf = (value: JsonValue) => {
  const read = parseScenario(value);
  return read.ok ? '' : read.problem.message;
};

describe('a scenario', () => {
  it('is read as it is written', () => {
    expect(parseScenario(valid)).toEqual({ ok: true, value: valid });
    for (const scenario of SCENARIOS) expect(problemOf(scenario as object as JsonValue)).toBe('');
  });

  it.each<[string, JsonValue]>([
    ['/workload/0/do', { ...valid, workload: [{ do: 'shout', to: 'ledger', intent: 'append' }] }],
    ['/workload/0/to', { ...valid, workload: [{ do: 'call', to: 'nobody', intent: 'append' }] }],
    ['/agents/1/name', { ...valid, agents: [{ name: 'ledger' }, { name: 'ledger' }] }],
    ['/agents/0/node', { ...valid, agents: [{ name: 'ledger', node: 'attic' }] }],
    ['/nodes/0', { ...valid, nodes: ['Not A Label'] }],
    ['/nodes/1', { ...valid, nodes: ['hub', 'hub'] }],
    ['/chaos/drop', { ...valid, chaos: { drop: 2 } }],
    ['/expect/0/agent', { ...valid, expect: [{ agent: 'nobody', intent: 'read', equals: 1 }] }],
    ['additional', { ...valid, chaoss: {} }],
  ])('says where it is wrong: %s', (path, value) => {
    expect(problemOf(value)).toContain(path);
  });

  it('is refused, and throws nothing, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseScenario(value as JsonValue).ok).toBe(false);
      }),
    );
  });
});

describe('a payload template', () => {
  const chance = () => new Chance(1).stream('template');

  it('becomes a number where it stands alone, and digits within a text', () => {
    const filled = fill({ n: '{n}', text: 'no. {n}', deep: [['{n}'], '{x}', 3, null] }, 7, chance());
    expect(filled).toEqual({ n: 7, text: 'no. 7', deep: [[7], '{x}', 3, null] });
  });

  it('draws within its bounds, either way round', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(), (low, high, seed) => {
        const value = fill(`{random:${low}-${high}}`, 0, new Chance(seed).stream('t')) as number;
        expect(value).toBeGreaterThanOrEqual(Math.min(low, high));
        expect(value).toBeLessThanOrEqual(Math.max(low, high));
      }),
    );
  });

  it('leaves a text without placeholders as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{n}') && !text.includes('{random'));
        expect(fillText(text, 1, chance())).toBe(text);
      }),
    );
  });
});
