import { describe, expect, it } from 'vitest';
import { resolve } from '../scenarios/agents.ts';
import type { AgentEvidence, Evidence } from '../src/check/evidence.ts';
import { checkInvariants } from '../src/check/invariants.ts';
import type { PlannedMessage } from '../src/plan/plan.ts';
import type { Outcome } from '../src/world/delivery.ts';

const NOTHING: Evidence = {
  messages: [],
  agents: new Map(),
  dead: new Map(),
  deadTimers: new Set(),
  overdue: [],
  dueBefore: 1_000,
  unfinished: [],
  conflicts: [],
  uncaught: [],
};

const agent = (name: string, use: string, parts: Partial<AgentEvidence> = {}): [string, AgentEvidence] => [
  name,
  {
    agent: { name, use },
    definition: resolve(use),
    effects: [],
    sent: [],
    timers: [],
    own: new Map(),
    ...parts,
  },
];

const told = (id: string, outcome: Outcome | undefined) => {
  const message: PlannedMessage = {
    id,
    at: 0,
    node: 'hub',
    do: 'deliver',
    to: 'ledger',
    intent: 'append',
    payload: {},
    until: 'effected',
  };
  return { message, outcome };
};

const effect = (message: string, intent = 'append') => ({ message, intent, payload: null });
const acknowledged = (level: 'received' | 'durable' | 'effected') =>
  ({ kind: 'acknowledged', level }) as const;
const broken = (evidence: Partial<Evidence>) =>
  checkInvariants({ ...NOTHING, ...evidence }).map(({ invariant, message }) => [invariant, message]);

describe('the invariants', () => {
  it('hold what was promised, and no more', () => {
    const agents = new Map([agent('ledger', 'ledger', { effects: [effect('m0')] })]);
    const dead = new Map([
      ['m2', 'given up'],
      ['m3', 'given up'],
    ]);
    const messages = [
      told('m0', acknowledged('effected')),
      told('m1', acknowledged('durable')),
      told('m2', acknowledged('durable')),
      told('m3', acknowledged('effected')),
      told('m4', acknowledged('received')),
      told('m5', { kind: 'unknown', reason: 'the node died' }),
      told('m6', { kind: 'refused', code: 'CONFLICT', reason: 'no' }),
    ];
    expect(broken({ agents, messages, dead })).toEqual([
      ['lost', 'm1'],
      ['lost', 'm3'],
    ]);
  });

  it('want every message to come to an end', () => {
    const messages = [told('m0', undefined), told('m1', { kind: 'given up', reason: 'busy' })];
    expect(broken({ messages })).toEqual([
      ['stuck', 'm0'],
      ['stuck', 'm1'],
    ]);
  });

  it('want each effect once', () => {
    const effects = [effect('m0'), effect('m1'), effect('m0')];
    expect(broken({ agents: new Map([agent('ledger', 'ledger', { effects })]) })).toEqual([
      ['duplicated', 'm0'],
    ]);
  });

  it('hold a handler to what it sent, and only to what it committed', () => {
    const sent = ['m0>0', 'm1>0', 'm2>0'].map((message) => ({
      message,
      to: 'kai://sim.hub.b',
      intent: 'credit',
    }));
    const agents = new Map([
      agent('a', 'account', { sent }),
      agent('b', 'account', { effects: [effect('m0>0', 'credit'), effect('m9>0', 'credit')] }),
    ]);
    expect(broken({ agents, dead: new Map([['m2>0', 'nobody there']]) })).toEqual([
      ['lost', 'm1>0'],
      ['unsent', 'm9>0'],
    ]);
  });

  it('want each timer once, unless it is a dead letter', () => {
    const timers = [
      { name: 'fired', due: 1, fired: 1 },
      { name: 'twice', due: 1, fired: 2 },
      { name: 'missed', due: 1, fired: 0 },
      { name: 'buried', due: 1, fired: 0 },
      { name: 'coming', due: 2_000, fired: 0 },
    ];
    const agents = new Map([agent('reminder', 'reminder', { timers })]);
    const violations = checkInvariants({
      ...NOTHING,
      agents,
      deadTimers: new Set(['kai://sim.hub.reminder/buried']),
      overdue: [{ agent: 'kai://sim.hub.reminder', name: 'late', due: 1, intent: 'ring', payload: null }],
    });
    expect(violations.map(({ text }) => text)).toEqual([
      'timer twice of reminder took effect 2 times',
      'timer missed of reminder never fired',
      'timer late of kai://sim.hub.reminder is overdue',
    ]);
  });

  it('pass on what the world saw', () => {
    expect(broken({ unfinished: ['a'], conflicts: ['b'], uncaught: ['c'] })).toEqual([
      ['stuck', ''],
      ['owner', ''],
      ['uncaught', ''],
    ]);
  });
});
