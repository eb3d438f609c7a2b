/** Agents given back what they were, and whatever comes in between. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import { openMemorySnapshots } from '@kai/stores/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineIntent } from '../src/index.ts';
import type { Commit, Snapshots } from '../src/ports/index.ts';
import { AT, ask, keeper, take, withKeeper } from './keeper.ts';
import {
  emptyDisk,
  gate,
  refusalOf,
  settle,
  startFixture,
  VirtualClock,
  withCommit,
} from './node-fixture.ts';

describe('a rollback', () => {
  it('gives back state, keeps what it replaces, and holds after a restart', async () => {
    const disk = emptyDisk();
    const snapshots = openMemorySnapshots();
    {
      await using fixture = await withKeeper({}, { disk, snapshots });
      await ask(fixture, 'put', { a: 1, b: 2 });
      const to = await take(fixture);
      await ask(fixture, 'put', { a: 9, b: null, c: 3 });
      const answer = await ask(fixture, 'rollback', { to });
      expect(answer).toMatchObject({
        to,
        dryRun: false,
        awake: true,
        replaced: { kind: 'rollback', parent: to, note: `before the rollback to ${to}` },
        difference: {
          state: {
            added: [{ key: 'b', value: 2 }],
            removed: [{ key: 'c', value: 3 }],
            changed: [{ key: 'a', before: 9, after: 1 }],
          },
        },
      });
      expect(await ask(fixture, 'all')).toEqual({ a: 1, b: 2 });
      // And back again.
      const { id } = answer.replaced as JsonObject;
      await ask(fixture, 'rollback', { to: id ?? '' });
      expect(await ask(fixture, 'all')).toEqual({ a: 9, c: 3 });
      await ask(fixture, 'rollback', { to });
    }
    await using again = await withKeeper({}, { disk, snapshots });
    expect(await ask(again, 'all')).toEqual({ a: 1, b: 2 });
  });

  it('only says what it would do when it is dry', async () => {
    await using fixture = await withKeeper();
    await ask(fixture, 'put', { a: 1 });
    const to = await take(fixture);
    await ask(fixture, 'put', { a: 2 });
    const answer = await ask(fixture, 'rollback', { to, dryRun: true });
    expect(answer).toMatchObject({
      dryRun: true,
      refusal: null,
      difference: { state: { changed: [{ key: 'a', before: 2, after: 1 }] } },
    });
    expect(await ask(fixture, 'all')).toEqual({ a: 2 });
    expect(await fixture.kept.list()).toHaveLength(1);
  });

  it('gives back timers: those of then fire, those of now do not', async () => {
    await using fixture = await withKeeper();
    await ask(fixture, 'wake', { name: 'then', inMs: 60_000 });
    const to = await take(fixture);
    await ask(fixture, 'wake', { name: 'now', inMs: 60_000 });
    await ask(fixture, 'wake', { name: 'then', inMs: 600_000 });
    await ask(fixture, 'rollback', { to });
    await fixture.clock.advance(61_000);
    expect(await ask(fixture, 'all')).toEqual({ 'woken then': true });
    await fixture.clock.advance(600_000);
    expect(await ask(fixture, 'all')).toEqual({ 'woken then': true });
  });

  it('drops the event of a timer that waits, because the timers are others now', async () => {
    const held = gate<JsonValue>();
    await using fixture = await withKeeper({
      intents: { hold: defineIntent({ summary: 'Holds.', handler: () => held.promise }) },
    });
    const to = await take(fixture);
    await ask(fixture, 'wake', { name: 'late', inMs: 1_000 });
    const holding = fixture.client.call(AT, 'hold', {}, { timeoutMs: 1e6 });
    await settle();
    const rolled = ask(fixture, 'rollback', { to });
    await fixture.clock.advance(2_000);
    held.open(1);
    await Promise.all([holding, rolled]);
    await fixture.clock.advance(600_000);
    expect(await ask(fixture, 'all')).toEqual({});
  });

  it('lets what arrives meanwhile wait, and handles each message once', async () => {
    let handled = 0;
    await using fixture = await withKeeper({
      intents: {
        add: defineIntent({
          summary: 'Adds.',
          effect: 'write',
          handler: (_, { state }) => {
            handled += 1;
            const n = Number(state.get('n') ?? 0) + 1;
            state.set('n', n);
            return n;
          },
        }),
      },
    });
    await fixture.client.call(AT, 'add');
    const to = await take(fixture);
    await fixture.client.call(AT, 'add');
    const rolled = ask(fixture, 'rollback', { to });
    const meanwhile = [1, 2, 3].map(() => fixture.client.call(AT, 'add'));
    await rolled;
    expect(await Promise.all(meanwhile)).toEqual([2, 3, 4]);
    expect(handled).toBe(5);
    expect((await fixture.store.loadAgent(AT)).inbox).toEqual([]);
  });

  it('answers a message that was finished since as before, without doing it again', async () => {
    await using fixture = await withKeeper();
    const to = await take(fixture);
    const id = '01940000-0000-7000-8000-000000000001' as never;
    const put = () => fixture.client.call(AT, 'put', { a: 1 }, { id });
    expect(await put()).toEqual({ keys: 1 });
    await ask(fixture, 'rollback', { to });
    expect(await put()).toEqual({ keys: 1 });
    expect(await ask(fixture, 'all')).toEqual({});
  });

  it('stops the agent before and starts it afterwards, with what it is then', async () => {
    const said: string[] = [];
    const lifetimes: AbortSignal[] = [];
    await using fixture = await withKeeper({
      start: ({ state, lifetime }) => {
        lifetimes.push(lifetime);
        said.push(`start ${String(state.get('a') ?? 'empty')}`);
      },
      stop: ({ state }) => {
        said.push(`stop ${String(state.get('a') ?? 'empty')}`);
        state.set('stopped', true);
      },
    });
    await ask(fixture, 'put', { a: 1 });
    const to = await take(fixture);
    await ask(fixture, 'put', { a: 2 });
    const { replaced } = await ask(fixture, 'rollback', { to });
    expect(said).toEqual(['start empty', 'stop 2', 'start 1']);
    expect(lifetimes.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(await ask(fixture, 'all')).toEqual({ a: 1 });
    const { id = '' } = replaced as JsonObject;
    expect((await ask(fixture, 'node.snapshot.show', { id })).state).toContainEqual({
      key: 'stopped',
      value: true,
    });
  });

  it('changes nothing when the disk refuses, and the agent goes on', async () => {
    let refuses = false;
    await using fixture = await withKeeper(
      {},
      {
        wrapStore: (store) =>
          withCommit(store, (commit: Commit) =>
            refuses && (commit.state?.length ?? 0) > 0
              ? Promise.reject(new Error('the disk is full'))
              : store.commit(commit),
          ),
      },
    );
    await ask(fixture, 'put', { a: 1 });
    const to = await take(fixture);
    await ask(fixture, 'put', { a: 2 });
    refuses = true;
    await refusalOf(ask(fixture, 'rollback', { to }));
    refuses = false;
    expect(await ask(fixture, 'all')).toEqual({ a: 2 });
    expect(await ask(fixture, 'put', { b: 1 })).toEqual({ keys: 2 });
  });

  it('wakes an agent with what made it fail taken away', async () => {
    await using fixture = await withKeeper({
      supervision: { restart: 'temporary' },
      start: ({ state }) => {
        if (state.get('poison') === true) throw new Error('poisoned');
      },
    });
    const to = await take(fixture);
    await ask(fixture, 'put', { poison: true });
    const poisoned = await take(fixture);
    const answer = await ask(fixture, 'rollback', { to: poisoned });
    expect(answer).toMatchObject({ awake: false });
    expect(await refusalOf(ask(fixture, 'all'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await ask(fixture, 'rollback', { to })).toMatchObject({ awake: true });
    expect(await ask(fixture, 'all')).toEqual({});
  });
});

describe('a rollback is refused', () => {
  it('to a snapshot that is not there, or of another agent', async () => {
    await using fixture = await withKeeper();
    fixture.node.register(keeper(), { name: 'other' });
    const { id: to = '' } = (await fixture.client.call('kai://alice.hub.other', 'snapshot')) as JsonObject;
    expect(await refusalOf(ask(fixture, 'rollback', { to }))).toMatchObject({
      code: 'CONFLICT',
      message: `snapshot ${to} is of kai://alice.hub.other, not of ${AT}`,
    });
    expect(await ask(fixture, 'rollback', { to, dryRun: true })).toMatchObject({
      refusal: { code: 'CONFLICT' },
    });
    for (const nowhere of ['latest', `sha256-${'0'.repeat(64)}`]) {
      expect(await refusalOf(ask(fixture, 'rollback', { to: nowhere }))).toMatchObject({ code: 'NO_ROUTE' });
    }
  });

  it('when the snapshot, or one that it follows, is damaged or lost', async () => {
    await using fixture = await withKeeper();
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      await ask(fixture, 'put', { n });
      ids.push(await take(fixture));
    }
    const [first = '', second = '', third = ''] = ids;
    expect(await ask(fixture, 'node.snapshot.verify', { id: third })).toEqual({
      holds: true,
      ids: [third, second, first],
      root: 'first',
    });
    await fixture.kept.remove([second]);
    expect(await ask(fixture, 'node.snapshot.verify', { id: third })).toMatchObject({
      holds: false,
      ids: [third],
      why: `snapshot ${second}, which ${third} follows, is lost`,
    });
    expect(await refusalOf(ask(fixture, 'rollback', { to: third }))).toMatchObject({ code: 'CONFLICT' });
    expect(await ask(fixture, 'rollback', { to: first })).toMatchObject({ awake: true });
  });
});

describe('a snapshot elsewhere', () => {
  it('is taken in and restored, and begins a lineage there', async () => {
    await using here = await withKeeper();
    await ask(here, 'put', { a: 1 });
    await take(here);
    const id = await take(here, 'to go');
    const { text = '' } = await ask(here, 'node.snapshot.export', { id });
    await using there = await withKeeper();
    expect(await ask(there, 'node.snapshot.import', { text })).toMatchObject({
      id,
      note: 'to go',
      parent: null,
    });
    expect(await ask(there, 'node.snapshot.verify', { id })).toEqual({
      holds: true,
      ids: [id],
      root: 'imported',
    });
    await ask(there, 'rollback', { to: id });
    expect(await ask(there, 'all')).toEqual({ a: 1 });
    const changed = String(text).replace('to go', 'to stay');
    expect(await refusalOf(ask(there, 'node.snapshot.import', { text: changed }))).toMatchObject({
      code: 'CONFLICT',
      message: 'this is no snapshot: its checksum does not hold',
    });
  });
});

/** The same snapshots, of which one has another content. */
function damaged(kept: Snapshots, id: () => string): Snapshots {
  return {
    put: (entry, content) => kept.put(entry, content),
    list: (agent) => kept.list(agent),
    remove: (ids) => kept.remove(ids),
    read: async (wanted) => {
      const content = await kept.read(wanted);
      if (wanted === id()) content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
      return content;
    },
  };
}

describe('a damaged snapshot', () => {
  it('is refused, with all that follow it; the next begins a lineage of its own', async () => {
    let bad = '';
    await using fixture = await withKeeper({}, { snapshots: damaged(openMemorySnapshots(), () => bad) });
    bad = await take(fixture);
    expect(await refusalOf(ask(fixture, 'rollback', { to: bad }))).toMatchObject({ code: 'CONFLICT' });
    expect(await refusalOf(ask(fixture, 'node.snapshot.show', { id: bad }))).toMatchObject({
      code: 'CONFLICT',
    });
    const next = await ask(fixture, 'snapshot');
    expect(next.parent).toBe(null);
    expect(await ask(fixture, 'rollback', { to: next.id ?? '' })).toMatchObject({ awake: true });
  });
});

type Operation =
  | { readonly kind: 'put'; readonly key: number; readonly value: JsonValue }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'rollback'; readonly nth: number }
  | { readonly kind: 'restart' };

const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.nat(5), value: fc.nat() }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'snapshot' as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('rollback' as const), nth: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  ),
  { minLength: 100, maxLength: 100, size: 'max' },
);

describe('a thousand operations', () => {
  it('leave every lineage whole, and each snapshot with the state of its time', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (list) => {
        const disk = emptyDisk();
        const snapshots = openMemorySnapshots();
        const clock = new VirtualClock();
        const states = new Map<string, JsonObject>();
        const open = () => startFixture({ disk, snapshots, clock });
        let fixture = await open();
        fixture.node.register(keeper({ snapshots: { keep: 3 } }));
        for (const operation of list) {
          const kept = await snapshots.list(AT);
          if (operation.kind === 'put') await ask(fixture, 'put', { [`k${operation.key}`]: operation.value });
          else if (operation.kind === 'restart') {
            await fixture[Symbol.asyncDispose]();
            fixture = await open();
            fixture.node.register(keeper({ snapshots: { keep: 3 } }));
          } else if (operation.kind === 'snapshot') {
            const before = await ask(fixture, 'all');
            states.set(await take(fixture), before);
          } else if (kept.length > 0) {
            const to = kept[operation.nth % kept.length]?.id ?? '';
            const before = await ask(fixture, 'all');
            const { replaced } = await ask(fixture, 'rollback', { to });
            states.set(String((replaced as JsonObject).id), before);
            expect(await ask(fixture, 'all')).toEqual(states.get(to));
          }
        }
        const kept = await snapshots.list(AT);
        for (const { id } of kept) {
          expect(await ask(fixture, 'node.snapshot.verify', { id })).toMatchObject({ holds: true });
        }
        for (const kind of ['manual', 'rollback']) {
          expect(kept.filter((entry) => entry.kind === kind).length).toBeLessThanOrEqual(3);
        }
        await fixture[Symbol.asyncDispose]();
      }),
      { numRuns: 10 },
    );
  });
});
