import type { JsonObject, JsonValue } from '@kai/protocol';
import { KaiError } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATE_KEYS_MAX } from '../src/agents/context.ts';
import { TIMERS_MAX, Transaction } from '../src/agents/transaction.ts';
import type { MessageHandling } from '../src/index.ts';
import type { Store } from '../src/ports/index.ts';
import { agentOf, emptyDisk, gate, refusalOf, settle, startFixture, withCommit } from './node-fixture.ts';

const AT = 'kai://alice.hub.keeper';

/** An agent that does to its state what the payload says. */
function keeper(more: object = {}) {
  return agentOf(
    'keeper',
    'keep',
    (payload, { state }) => {
      const {
        set = {},
        drop = [],
        read = '',
        fail = false,
      } = payload as {
        set?: JsonObject;
        drop?: string[];
        read?: string;
        fail?: boolean;
      };
      for (const [key, value] of Object.entries(set)) state.set(key, value);
      for (const key of drop) state.delete(key);
      if (fail) throw new Error('failed after writing');
      return Object.fromEntries(state.entries(read));
    },
    more,
  );
}

describe('state', () => {
  it('is read as it was written, within one handling and in the next', async () => {
    await using fixture = await startFixture();
    fixture.node.register(keeper());
    const keep = (payload: JsonValue) => fixture.client.call(AT, 'keep', payload);
    expect(await keep({ set: { a: 1, b: { deep: [1, 2] } } })).toEqual({ a: 1, b: { deep: [1, 2] } });
    expect(await keep({ drop: ['a'], set: { c: null } })).toEqual({ b: { deep: [1, 2] }, c: null });
    expect(await keep({})).toEqual({ b: { deep: [1, 2] }, c: null });
  });

  it('drops what a handler wrote that failed', async () => {
    await using fixture = await startFixture();
    fixture.node.register(keeper());
    await fixture.client.call(AT, 'keep', { set: { a: 1 } });
    await refusalOf(fixture.client.call(AT, 'keep', { set: { a: 2, b: 3 }, fail: true }));
    expect(await fixture.client.call(AT, 'keep', {})).toEqual({ a: 1 });
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map([['a', 1]]));
  });

  it('outlives the node', async () => {
    const disk = emptyDisk();
    {
      await using fixture = await startFixture({ disk });
      fixture.node.register(keeper());
      await fixture.client.call(AT, 'keep', { set: { a: 1 } });
    }
    await using fixture = await startFixture({ disk });
    fixture.node.register(keeper());
    expect(await fixture.client.call(AT, 'keep', {})).toEqual({ a: 1 });
    expect(fixture.node.incarnation).toBe(2);
  });

  it('is on disk before its sender hears of it', async () => {
    const commits: { done: () => void; keys: string[] }[] = [];
    const slow = (store: Store): Store =>
      withCommit(store, async (commit) => {
        const { promise, open } = gate();
        commits.push({ done: open, keys: (commit.state ?? []).map(({ key }) => key) });
        await promise;
        return store.commit(commit);
      });
    await using fixture = await startFixture({ wrapStore: slow });
    fixture.node.register(keeper());
    let isAnswered = false;
    const call = fixture.client.call(AT, 'keep', { set: { a: 1 } }).then(() => {
      isAnswered = true;
    });
    const next = fixture.client.call(AT, 'keep', {});
    await settle(20);
    expect(isAnswered).toBe(false);
    expect(commits).toMatchObject([{ keys: ['a'] }]);
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map());
    commits[0]?.done();
    await call;
    expect(await next).toEqual({ a: 1 });
    expect(commits).toHaveLength(1);
  });

  it('stays as it was when the disk refuses, and its sender hears so', async () => {
    let isFull = false;
    const full = (store: Store): Store =>
      withCommit(store, (commit) =>
        isFull ? Promise.reject(new KaiError('UNAVAILABLE', 'the disk is full')) : store.commit(commit),
      );
    await using fixture = await startFixture({ wrapStore: full });
    fixture.node.register(keeper());
    await fixture.client.call(AT, 'keep', { set: { a: 1 } });
    isFull = true;
    expect(await refusalOf(fixture.client.call(AT, 'keep', { set: { a: 2 } }))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the disk is full',
      at: AT,
    });
    expect(await fixture.client.call(AT, 'keep', {})).toEqual({ a: 1 });
    isFull = false;
    expect(await fixture.client.call(AT, 'keep', { set: { b: 2 } })).toEqual({ a: 1, b: 2 });
  });

  it.each<[string, (handling: MessageHandling) => void]>([
    ['state', ({ state }) => state.set('late', 1)],
    ['a deletion', ({ state }) => state.delete('a')],
    ['a timer', ({ timers }) => timers.set({ name: 't', due: 1, intent: 'keep', payload: null })],
  ])('refuses %s once the handling has ended, whether it wrote before or not', async (_, write) => {
    await using fixture = await startFixture();
    let leaked: MessageHandling | undefined;
    fixture.node.register(
      agentOf('keeper', 'keep', (how, handling) => {
        leaked = handling;
        if (how === 'written') handling.state.set('a', 1);
        if (how === 'failed') throw new Error('no');
      }),
    );
    for (const how of ['written', 'untouched', 'failed']) {
      await fixture.client.call(AT, 'keep', how).catch(() => {});
      expect(() => leaked && write(leaked)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    }
    await settle();
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map([['a', 1]]));
  });

  it('keeps each of several handlings apart until they end; the last to end wins', async () => {
    await using fixture = await startFixture();
    const gates = new Map<string, ReturnType<typeof gate<void>>>();
    fixture.node.register(
      agentOf(
        'keeper',
        'keep',
        async (who, { state }) => {
          state.set('who', who);
          state.set(`by-${who}`, true);
          const held = gate();
          gates.set(who as string, held);
          await held.promise;
          return Object.fromEntries(state.entries());
        },
        { concurrency: 3 },
      ),
    );
    const [one, two] = ['one', 'two'].map((who) => fixture.client.call(AT, 'keep', who));
    await settle();
    gates.get('two')?.open();
    expect(await two).toEqual({ who: 'two', 'by-two': true });
    gates.get('one')?.open();
    expect(await one).toEqual({ who: 'one', 'by-two': true, 'by-one': true });
    expect((await fixture.store.loadAgent(AT)).state.get('who')).toBe('one');
  });

  it('belongs to one agent', async () => {
    await using fixture = await startFixture();
    fixture.node.register(keeper());
    fixture.node.register(keeper(), { name: 'other' });
    await fixture.client.call(AT, 'keep', { set: { a: 1 } });
    expect(await fixture.client.call('kai://alice.hub.other', 'keep', {})).toEqual({});
  });
});

describe('a transaction', () => {
  type Step = { readonly do: 'set' | 'delete'; readonly key: string; readonly value: number };
  const keys = fc.constantFrom('a', 'b', 'ab', 'c', 'abc');
  const steps = fc.array(fc.record({ do: fc.constantFrom('set', 'delete'), key: keys, value: fc.nat(9) }));

  it('shows what a map would show, whatever is written, and applies to just that', () => {
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.nat(9)),
        steps as fc.Arbitrary<Step[]>,
        keys,
        (before, list, prefix) => {
          const kept = {
            state: new Map<string, JsonValue>(Object.entries(before)),
            timers: new Map(),
            epoch: 0,
          };
          const model = new Map<string, JsonValue>(kept.state);
          const transaction = new Transaction('kai://a.b.c', kept);
          for (const step of list) {
            if (step.do === 'set') transaction.set(step.key, step.value);
            else transaction.delete(step.key);
            if (step.do === 'set') model.set(step.key, step.value);
            else model.delete(step.key);
            expect(transaction.get(step.key)).toEqual(model.get(step.key));
            expect(transaction.has(step.key)).toBe(model.has(step.key));
          }
          const shown = new Map(transaction.entries(prefix));
          expect(shown).toEqual(new Map([...model].filter(([key]) => key.startsWith(prefix))));
          expect(Object.fromEntries(kept.state)).toEqual(before);
          transaction.apply();
          expect(kept.state).toEqual(model);
        },
      ),
    );
  });

  it('counts the keys that there would be, not the writes', () => {
    const state = new Map(Array.from({ length: STATE_KEYS_MAX - 1 }, (_, n) => [`k${n}`, 0]));
    const transaction = new Transaction('kai://a.b.c', { state, timers: new Map(), epoch: 0 });
    for (let n = 0; n < 1000; n += 1) transaction.set(`k${n}`, 1);
    transaction.set('last', 1);
    expect(() => transaction.set('one too many', 1)).toThrow(/at most 100000 keys/);
    transaction.delete('k0');
    transaction.delete('k0');
    transaction.set('in its place', 1);
    expect(() => transaction.set('one too many', 1)).toThrow(/at most 100000 keys/);
  });

  it('counts the timers that there would be', () => {
    const transaction = new Transaction('kai://a.b.c', { state: new Map(), timers: new Map(), epoch: 0 });
    const set = (name: string) => transaction.timers.set({ name, due: 1, intent: 'i', payload: null });
    for (let n = 0; n < TIMERS_MAX; n += 1) set(`t${n}`);
    set('t0');
    expect(() => set('one too many')).toThrow(/at most 10000 timers/);
    transaction.timers.cancel('t1');
    transaction.timers.cancel('unknown');
    set('in its place');
    expect(() => set('one too many')).toThrow(/at most 10000 timers/);
  });
});
