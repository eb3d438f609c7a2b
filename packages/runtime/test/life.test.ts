import { parseTopicPattern } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { Store } from '../src/ports/index.ts';
import { afterFailure, checkSupervision, SUPERVISION_DEFAULT } from '../src/supervision/supervision.ts';
import {
  agentOf,
  closeOnTime,
  emptyDisk,
  gate,
  refusalOf,
  settle,
  startFixture,
  withCommit,
} from './node-fixture.ts';

const AT = 'kai://alice.hub.worker';

describe('waking', () => {
  it('happens with the first message; what comes meanwhile is kept in order', async () => {
    await using fixture = await startFixture();
    const order: unknown[] = [];
    const started = gate();
    fixture.node.register({
      ...agentOf('worker', 'work', (payload) => void order.push(payload)),
      start: async () => {
        order.push('start');
        await started.promise;
        order.push('started');
      },
    });
    const calls = [1, 2, 3].map((n) => fixture.client.call(AT, 'work', n));
    await settle();
    expect(order).toEqual(['start']);
    started.open();
    await Promise.all(calls);
    expect(order).toEqual(['start', 'started', 1, 2, 3]);
  });

  it('does not happen to an agent without a start that nobody speaks to', async () => {
    let loads = 0;
    const counting = (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          if (name === 'loadAgent') loads += 1;
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    await using fixture = await startFixture({ wrapStore: counting });
    fixture.node.register(agentOf('worker', 'work', () => 1));
    await settle();
    expect(loads).toBe(0);
    await fixture.client.call(AT, 'work');
    await fixture.client.call(AT, 'work');
    expect(loads).toBe(1);
  });

  it('commits what start wrote', async () => {
    await using fixture = await startFixture();
    fixture.node.register({
      ...agentOf('worker', 'work', (_, { state }) => state.get('began') ?? null),
      start: ({ state }) => state.set('began', true),
    });
    expect(await fixture.client.call(AT, 'work')).toBe(true);
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map([['began', true]]));
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'at once',
      () => {
        throw new Error('no key');
      },
    ],
    ['later', () => Promise.reject(new Error('no key'))],
  ])('that fails %s refuses every message with the reason; the node lives on', async (_, start) => {
    await using fixture = await startFixture();
    fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      start,
      supervision: { restart: 'temporary' },
    });
    fixture.node.register(agentOf('other', 'work', () => 2));
    const refused = await refusalOf(fixture.client.call(AT, 'work'));
    expect(refused).toMatchObject({
      code: 'UNAVAILABLE',
      at: AT,
      message: expect.stringContaining('no key'),
    });
    expect(await refusalOf(fixture.client.call(AT, 'work'))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no key'),
    });
    expect(await fixture.client.call('kai://alice.hub.other', 'work')).toBe(2);
    const { agents } = (await fixture.client.call('kai://alice.hub', 'node.agents')) as never as {
      agents: { address: string; health: string }[];
    };
    expect(agents.find(({ address }) => address === AT)?.health).toBe('dead');
  });
});

describe('supervision', () => {
  it('starts an agent anew that could not start, and lets its messages wait', async () => {
    await using fixture = await startFixture();
    let starts = 0;
    fixture.node.register({
      ...agentOf('worker', 'work', (payload) => payload),
      start: () => {
        starts += 1;
        if (starts < 2) throw new Error('no key');
      },
    });
    const calls = [1, 2, 3].map((n) => fixture.client.call(AT, 'work', n));
    await fixture.clock.advance(100);
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(starts).toBe(2);
  });

  it('tells whoever waits when it fails again, and goes on trying', async () => {
    await using fixture = await startFixture();
    let starts = 0;
    fixture.node.register({
      ...agentOf('worker', 'work', (payload) => payload),
      start: () => {
        starts += 1;
        if (starts < 4) throw new Error('no key');
      },
    });
    const waiting = refusalOf(fixture.client.call(AT, 'work', 1));
    await fixture.clock.advance(100);
    expect((await waiting).message).toContain('cannot start: no key');
    expect(await refusalOf(fixture.client.call(AT, 'work', 2))).toMatchObject({ code: 'UNAVAILABLE' });
    await fixture.clock.advance(200 + 400);
    expect(await fixture.client.call(AT, 'work', 3)).toBe(3);
  });

  it('gives up on one that fails too often, and tries again when it is asked after a while', async () => {
    await using fixture = await startFixture();
    let [starts, isBroken] = [0, true];
    fixture.node.register({
      ...agentOf('worker', 'work', () => 'works'),
      supervision: { intensity: 2, withinMs: 10_000, backoffMs: 100 },
      start: () => {
        starts += 1;
        if (isBroken) throw new Error('no key');
      },
    });
    const refused = refusalOf(fixture.client.call(AT, 'work'));
    await fixture.clock.advance(1000);
    expect((await refused).message).toContain('cannot start: no key');
    expect(fixture.logged.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/given up, it failed 3 times within 10 s: no key/),
    );
    expect(starts).toBe(3);
    isBroken = false;
    expect((await refusalOf(fixture.client.call(AT, 'work'))).code).toBe('UNAVAILABLE');
    await fixture.clock.advance(10_000);
    expect(await fixture.client.call(AT, 'work')).toBe('works');
  });

  it('loses nothing that was acknowledged while the agent could not start', async () => {
    await using fixture = await startFixture();
    let starts = 0;
    fixture.node.register({
      ...agentOf('worker', 'work', (payload, { state }) => state.set(String(payload), true), {
        effect: 'write',
      }),
      start: () => {
        starts += 1;
        if (starts < 3) throw new Error('no key');
      },
    });
    for (const n of [1, 2]) await fixture.client.deliver(AT, 'work', n);
    await fixture.clock.advance(1000);
    const { state, inbox } = await fixture.store.loadAgent(AT);
    expect([...state.keys()]).toEqual(['1', '2']);
    expect(inbox).toEqual([]);
  });

  it.each<[string, number[], object]>([
    ['waits at first as long as is said', [], { kind: 'restart', afterMs: 100 }],
    ['waits twice as long each time', [9_000, 9_500], { kind: 'restart', afterMs: 400 }],
    [
      'waits no longer than is said',
      [1, 2, 3, 4, 5].map((n) => 9_000 + n),
      { kind: 'restart', afterMs: 1000 },
    ],
    ['forgets what is long ago', [1, 2, 3], { kind: 'restart', afterMs: 100 }],
  ])('%s', (_, failures, verdict) => {
    const supervision = { ...SUPERVISION_DEFAULT, intensity: 6, withinMs: 5000, backoffMaxMs: 1000 };
    expect(afterFailure(supervision, failures, 10_000)).toEqual(verdict);
  });

  it('refuses limits that are none', () => {
    expect(() => checkSupervision({ intensity: -1 })).toThrow(/intensity/);
    expect(() => checkSupervision({ withinMs: Number.NaN })).toThrow(/withinMs/);
  });
});

describe('leaving', () => {
  it('lets what runs finish, fails what waits, and stops', async () => {
    await using fixture = await startFixture();
    const running = gate<string>();
    const order: string[] = [];
    let lifetime: AbortSignal | undefined;
    const agent = fixture.node.register({
      ...agentOf('worker', 'work', (_, handling) => {
        lifetime = handling.lifetime;
        return running.promise;
      }),
      stop: ({ state }) => {
        order.push(`stop, aborted: ${lifetime?.aborted}`);
        state.set('stopped', true);
      },
    });
    const first = fixture.client.call(AT, 'work');
    const second = refusalOf(fixture.client.call(AT, 'work'));
    await settle();
    const left = agent.leave().then(() => order.push('left'));
    const again = agent.leave().then(() => order.push('left again'));
    expect(await second).toMatchObject({ code: 'UNAVAILABLE', at: AT });
    expect(await refusalOf(fixture.client.call(AT, 'work'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(order).toEqual([]);
    running.open('finished');
    expect(await first).toBe('finished');
    await Promise.all([left, again]);
    expect(order).toEqual(['stop, aborted: false', 'left', 'left again']);
    expect(lifetime?.aborted).toBe(true);
    expect(await refusalOf(fixture.client.call(AT, 'work'))).toMatchObject({ code: 'NO_ROUTE' });
    expect((await fixture.store.loadAgent(AT)).state.get('stopped')).toBe(true);
  });

  it('gives up on handlers that do not finish, and drops what they write', async () => {
    await using fixture = await startFixture();
    const never = gate();
    let aborted: unknown;
    const agent = fixture.node.register(
      agentOf('worker', 'work', async (_, { state, signal }) => {
        state.set('a', 1);
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
        });
        await never.promise;
      }),
    );
    const call = refusalOf(fixture.client.call(AT, 'work', {}, { timeoutMs: 60_000 }));
    await settle();
    const left = agent.leave();
    await fixture.clock.advance(5_000);
    await left;
    expect(await call).toMatchObject({ code: 'UNAVAILABLE', at: AT });
    expect(aborted).toMatchObject({ code: 'UNAVAILABLE' });
    never.open();
    await settle();
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map());
  });

  it('waits for a start that is under way, and stops what it began', async () => {
    await using fixture = await startFixture();
    const starting = gate();
    const order: string[] = [];
    const agent = fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      start: async () => {
        await starting.promise;
        order.push('started');
      },
      stop: () => void order.push('stopped'),
    });
    const call = refusalOf(fixture.client.call(AT, 'work'));
    await settle();
    const left = agent.leave().then(() => order.push('left'));
    expect(await call).toMatchObject({ code: 'UNAVAILABLE' });
    starting.open();
    await left;
    expect(order).toEqual(['started', 'stopped', 'left']);
  });

  it.each(['start', 'stop'] as const)('does not wait for ever for a %s that never ends', async (which) => {
    await using fixture = await startFixture();
    const agent = fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      [which]: () => new Promise<void>(() => {}),
    });
    if (which === 'stop') await fixture.client.call(AT, 'work');
    let hasLeft = false;
    void agent.leave().then(() => {
      hasLeft = true;
    });
    await fixture.clock.advance(10_000);
    expect(hasLeft).toBe(true);
  });

  it('reports a stop that fails, and leaves', async () => {
    await using fixture = await startFixture();
    const agent = fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      stop: () => Promise.reject(new Error('no')),
    });
    await fixture.client.call(AT, 'work');
    await agent.leave();
    expect(fixture.logged).toContainEqual(expect.objectContaining({ message: 'stop failed' }));
  });

  it('makes room for another under its name', async () => {
    await using fixture = await startFixture();
    const agent = fixture.node.register(agentOf('worker', 'work', () => 'old'));
    expect(() => fixture.node.register(agentOf('worker', 'work', () => 'x'))).toThrow(/already/);
    await agent.leave();
    fixture.node.register(agentOf('worker', 'work', () => 'new'));
    await agent.leave();
    expect(await fixture.client.call(AT, 'work')).toBe('new');
  });
});

describe('closing a node', () => {
  it('settles everything, leaves no timer, and nothing runs afterwards', async () => {
    const fixture = await startFixture();
    const { node, client, clock } = fixture;
    const calls: Promise<unknown>[] = [];
    const ran: string[] = [];
    node.register({
      ...agentOf('stuck', 'work', () => new Promise(() => {}), { concurrency: 2 }),
      start: ({ lifetime }) => lifetime.addEventListener('abort', () => ran.push('aborted')),
    });
    node.register({
      ...agentOf('ticker', 'work', (_, { timers, clock: now }) => {
        ran.push('tick');
        timers.set({ name: 't', due: now.now() + 100, intent: 'work', payload: null });
      }),
    });
    node.register(
      agentOf('source', 'work', async function* (_, { clock: time, signal }) {
        try {
          for (let n = 0; !signal.aborted; n += 1) {
            yield n;
            await new Promise<void>((resolve) => time.after(10, resolve));
          }
        } finally {
          ran.push('stream closed');
        }
      }),
    );
    for (const name of ['stuck', 'stuck', 'stuck', 'ticker']) {
      calls.push(client.call(`kai://alice.hub.${name}`, 'work', {}, { timeoutMs: Number.POSITIVE_INFINITY }));
    }
    const stream = client.stream('kai://alice.hub.source', 'work', {}, { timeoutMs: 1e9 });
    calls.push(
      (async () => {
        for await (const _ of stream);
      })(),
    );
    const settled = Promise.allSettled(calls);
    await clock.advance(250);
    const again = node[Symbol.asyncDispose]();
    await closeOnTime(node, clock);
    await again;
    const outcomes = await settled;
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(ran).toContain('stream closed');
    expect(ran).toContain('aborted');
    await clock.advance(30);
    expect(clock.waiting).toBe(0);
    const before = ran.length;
    await clock.advance(100_000);
    expect(ran).toHaveLength(before);
  });

  it('refuses what comes after', async () => {
    const fixture = await startFixture();
    fixture.node.register(agentOf('worker', 'work', () => 1));
    await closeOnTime(fixture.node, fixture.clock);
    expect(await refusalOf(fixture.client.call(AT, 'work'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await refusalOf(fixture.client.stream(AT, 'work').next())).toMatchObject({ code: 'UNAVAILABLE' });
    expect(() => fixture.client.send(AT, 'work')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    expect(() => fixture.client.publish('tasks:a', 'x')).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE' }),
    );
    expect(() => fixture.node.register(agentOf('late', 'work', () => 1))).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE' }),
    );
    expect(fixture.clock.waiting).toBe(0);
  });

  it('waits for an agent that is leaving already', async () => {
    const fixture = await startFixture();
    const stopping = gate();
    const agent = fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      stop: () => stopping.promise,
    });
    await fixture.client.call(AT, 'work');
    void agent.leave();
    await settle();
    let isClosed = false;
    const closed = fixture.node[Symbol.asyncDispose]().then(() => {
      isClosed = true;
    });
    await settle();
    expect(isClosed).toBe(false);
    stopping.open();
    await closed;
  });

  it('lets handlers that end in time commit', async () => {
    const disk = emptyDisk();
    const ending = gate();
    {
      const fixture = await startFixture({ disk });
      fixture.node.register(
        agentOf('worker', 'work', async (_, { state }) => {
          await ending.promise;
          state.set('done', true);
          return 'done';
        }),
      );
      const call = fixture.client.call(AT, 'work');
      await settle();
      const closed = closeOnTime(fixture.node, fixture.clock);
      ending.open();
      expect(await call).toBe('done');
      await closed;
      await fixture[Symbol.asyncDispose]();
    }
    await using fixture = await startFixture({ disk });
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map([['done', true]]));
  });

  it('ends although the disk does not answer any more', async () => {
    let hangs = false;
    const hanging = (store: Store): Store =>
      withCommit(store, (commit) => (hangs ? new Promise(() => {}) : store.commit(commit)));
    const fixture = await startFixture({ wrapStore: hanging });
    fixture.node.register(agentOf('worker', 'work', (_, { state }) => state.set('a', 1)));
    hangs = true;
    const call = refusalOf(fixture.client.call(AT, 'work', {}, { timeoutMs: 1e9 }));
    await settle();
    await closeOnTime(fixture.node, fixture.clock);
    expect(await call).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('clients', () => {
  it('have names of their own, beside each other’s and the agents’', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('window', 'work', () => 1));
    const [one, two] = [fixture.node.client('window'), fixture.node.client('window')];
    expect([one.address.text, two.address.text]).toEqual([
      'kai://alice.hub.window-2',
      'kai://alice.hub.window-3',
    ]);
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    expect(fixture.node.client('window').address.text).toBe(one.address.text);
  });

  it('end their streams and subscriptions when they are disposed of', async () => {
    await using fixture = await startFixture();
    let isClosed = false;
    fixture.node.register(
      agentOf('worker', 'work', async function* (_, { signal }) {
        try {
          yield 1;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          yield 2;
        } finally {
          isClosed = true;
        }
      }),
    );
    const client = fixture.node.client('window');
    const pattern = parseTopicPattern('tasks:a');
    let heard = 0;
    if (pattern.ok)
      client.subscribe(pattern.value, () => {
        heard += 1;
      });
    const stream = client.stream(AT, 'work');
    await stream.next();
    client[Symbol.dispose]();
    expect(await refusalOf(stream.next())).toMatchObject({ code: 'CANCELLED' });
    await settle();
    expect(isClosed).toBe(true);
    expect(fixture.client.publish('tasks:a', 'x')).toBe(0);
    expect(heard).toBe(0);
  });
});
