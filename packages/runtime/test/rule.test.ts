import type { JsonValue } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOLD_MS, HOLD_MS_MAX, parseRule } from '../src/table/rule.ts';

const GOOD = { name: 'r', match: {}, to: 'kai://alice.hub.notes' };

function misfits(value: JsonValue): readonly { path: string; message: string }[] {
  const outcome = parseRule(value, 0);
  return outcome.ok ? [] : outcome.misfits;
}

describe('parsing a rule', () => {
  it('takes each action', () => {
    const action = (source: object) => {
      const outcome = parseRule({ name: 'r', ...source } as JsonValue, 0);
      return outcome.ok ? outcome.rule.action : outcome.misfits;
    };
    expect(action({ to: 'kai://agent.notes' })).toMatchObject({ kind: 'to', address: { service: 'notes' } });
    expect(action({ service: 'notes' })).toEqual({
      kind: 'service',
      service: 'notes',
      strategy: 'round-robin',
    });
    expect(action({ service: 'notes', strategy: 'sticky' })).toMatchObject({ strategy: 'sticky' });
    expect(action({ failover: ['kai://agent.a', 'kai://agent.b'] })).toMatchObject({
      kind: 'failover',
      addresses: [{ service: 'a' }, { service: 'b' }],
    });
    expect(action({ hold: { until: { battery: '> 20' } } })).toMatchObject({ kind: 'hold', forMs: HOLD_MS });
    expect(action({ hold: { until: {}, forMs: 5 } })).toMatchObject({ forMs: 5 });
    expect(action({ reject: 'not at night' })).toEqual({
      kind: 'reject',
      code: 'POLICY_DENIED',
      reason: 'not at night',
    });
  });

  it('names a rule without a name by its place', () => {
    const outcome = parseRule({ reject: 'no' }, 4);
    expect(outcome.ok && outcome.rule.name).toBe('rule-5');
  });

  it('keeps only the parts of the match that are there', () => {
    const outcome = parseRule({ ...GOOD, match: { intent: 'notes.*', priority: ['low'] } }, 0);
    expect(outcome.ok && outcome.rule.match).toEqual({
      intent: { text: 'notes.*', parts: ['notes', '*'] },
      priority: ['low'],
    });
  });

  it.each<[string, JsonValue, string, string]>([
    ['not an object', 'rule', '', 'object'],
    ['an unknown member', { ...GOOD, otherwise: 1 }, '', 'additional'],
    ['an empty name', { ...GOOD, name: '' }, '/name', 'fewer'],
    ['a name that is no text', { ...GOOD, name: 1 }, '/name', 'string'],
    ['a match that is none', { ...GOOD, match: [] }, '/match', 'object'],
    ['an unknown part of the match', { ...GOOD, match: { who: 'x' } }, '/match', 'additional'],
    ['from', { ...GOOD, match: { from: 'a..b' } }, '/match/from', 'empty part'],
    ['to', { ...GOOD, match: { to: 'kai://a*' } }, '/match/to', 'mixes'],
    ['intent', { ...GOOD, match: { intent: '>.x' } }, '/match/intent', 'only at the end'],
    ['priority', { ...GOOD, match: { priority: ['urgent'] } }, '/match/priority/0', 'allowed values'],
    ['no priority', { ...GOOD, match: { priority: [] } }, '/match/priority', 'fewer'],
    ['context', { ...GOOD, match: { context: 'x' } }, '/match/context', 'object'],
    ['a list in the context', { ...GOOD, match: { context: { tags: ['a'] } } }, '/match/context/tags', ''],
    ['bytes', { ...GOOD, match: { bytes: '> many' } }, '/match/bytes', 'a comparison is'],
    ['time', { ...GOOD, match: { time: '8 to 9' } }, '/match/time', 'a time is written as'],
    ['a fact', { ...GOOD, match: { facts: { load: '>' } } }, '/match/facts', 'load: a comparison is'],
    ['a fact that is a list', { ...GOOD, match: { facts: { load: [] } } }, '/match/facts/load', ''],
    ['the receiver', { to: 'notes' }, '/to', 'begins with kai://'],
    ['a topic as receiver', { to: 'tasks:x' }, '/to', 'begins with kai://'],
    ['the service', { service: 'No Such' }, '/service', 'a label has only'],
    ['the strategy', { service: 'x', strategy: 'best' }, '/strategy', 'allowed values'],
    ['a strategy without a service', { ...GOOD, strategy: 'sticky' }, '/strategy', 'goes with service'],
    ['failover to nobody', { failover: [] }, '/failover', 'fewer'],
    ['failover to nonsense', { failover: ['kai://agent.a', 'b'] }, '/failover/1', 'begins with kai://'],
    ['hold without until', { hold: {} }, '/hold', 'until'],
    ['hold until nonsense', { hold: { until: { x: '<' } } }, '/hold/until', 'x: a comparison'],
    ['hold for no time', { hold: { until: {}, forMs: 0 } }, '/hold/forMs', ''],
    ['hold for ever', { hold: { until: {}, forMs: HOLD_MS_MAX + 1 } }, '/hold/forMs', ''],
    ['reject without a reason', { reject: '' }, '/reject', 'fewer'],
    ['no action', { name: 'r' }, '', 'exactly one of'],
    ['two actions', { ...GOOD, reject: 'no' }, '', 'this one has 2'],
  ])('says where and why: %s', (_, value, path, reason) => {
    expect(misfits(value)).toContainEqual({ path, message: expect.stringContaining(reason) });
  });

  it('reports all that is wrong, not only the first', () => {
    const wrong = { match: { from: 'a..b', time: 'x' }, to: 'nowhere' };
    expect(misfits(wrong).map(({ path }) => path)).toEqual(['/match/from', '/match/time', '/to']);
  });

  it('never throws, whatever JSON it is given', () => {
    const near = fc.record(
      {
        name: fc.oneof(fc.string(), fc.jsonValue()),
        match: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom('from', 'to', 'intent', 'priority', 'context', 'bytes', 'time', 'facts'),
            fc.oneof(fc.string(), fc.jsonValue(), fc.dictionary(fc.string(), fc.string())),
          ),
        ),
        to: fc.oneof(fc.string(), fc.jsonValue()),
        service: fc.oneof(fc.string(), fc.jsonValue()),
        strategy: fc.jsonValue(),
        failover: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        hold: fc.oneof(fc.record({ until: fc.dictionary(fc.string(), fc.string()) }), fc.jsonValue()),
        reject: fc.oneof(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), (value) => {
        const outcome = parseRule(value as JsonValue, 0);
        if (!outcome.ok) expect(outcome.misfits.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
