import { describe, expect, it } from 'vitest';
import {
  effectKey,
  messageOfEffect,
  partState,
  sentKey,
  timerKey,
  writeEffect,
  writeSent,
  writeTimer,
} from '../src/observe/marks.ts';
import { Ownership } from '../src/observe/ownership.ts';
import { Trace } from '../src/trace/trace.ts';
import type { Process } from '../src/world/process.ts';

const process = (node: string, number: number): Process => ({
  node,
  number,
  isAlive: true,
  whenDead: new Set(),
});

describe('ownership', () => {
  it('knows two living owners of one agent, and lets a dead one be followed', () => {
    const ownership = new Ownership();
    const [first, second, attic] = [process('hub', 1), process('hub', 2), process('attic', 1)];
    ownership.claim('kai://sim.hub.a', first);
    ownership.claim('kai://sim.hub.a', first);
    first.isAlive = false;
    ownership.claim('kai://sim.hub.a', second);
    ownership.claim('kai://sim.hub.a', first);
    expect(ownership.conflicts).toEqual([]);
    ownership.claim('kai://sim.hub.a', attic);
    expect(ownership.conflicts).toEqual(['kai://sim.hub.a is awake in hub (start 2) and in attic (start 1)']);
  });
});

describe('marks', () => {
  it('are parted from what an agent keeps', () => {
    const state = new Map([
      ['own', 1],
      [effectKey('m1#x', '7'), writeEffect('append', { entry: 1 })],
      [sentKey('m1>0'), writeSent('kai://sim.hub.b', 'credit')],
      [timerKey('ring'), writeTimer(500, 1)],
    ] as const);
    expect(messageOfEffect(effectKey('m1#x', '7'))).toBe('m1#x');
    expect(partState(state)).toEqual({
      effects: [{ message: 'm1#x', intent: 'append', payload: { entry: 1 } }],
      sent: [{ message: 'm1>0', to: 'kai://sim.hub.b', intent: 'credit' }],
      timers: [{ name: 'ring', due: 500, fired: 1 }],
      own: new Map([['own', 1]]),
    });
  });
});

describe('a trace', () => {
  it('has another hash for other lines, and for the same text parted otherwise', () => {
    const hashOf = (what: string, message: string) => {
      const trace = new Trace();
      trace.record(1, 'hub', what, message, '');
      return trace.hash;
    };
    expect(hashOf('ab', 'c')).toBe(hashOf('ab', 'c'));
    expect(new Set([hashOf('ab', 'c'), hashOf('a', 'bc'), hashOf('b', 'ac')]).size).toBe(3);
  });
});
