import type { JsonObject, JsonValue } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '../src/index.ts';
import { type Store, silentLog } from '../src/ports/index.ts';
import { Alarms } from '../src/timers/alarms.ts';
import { heapUsed } from './heap-used.ts';
import {
  emptyDisk,
  type Fixture,
  type FixtureOptions,
  refusalOf,
  settle,
  startFixture,
  VirtualClock,
  withCommit,
} from './node-fixture.ts';

const AT = 'kai://alice.hub.clock';

interface Fired {
  readonly name: JsonValue | undefined;
  readonly payload: JsonValue;
  readonly at: number;
}

/** An agent that sets timers as it is told and notes what fires. `fails`: how often it still fails. */
function alarmClock() {
  const fired: Fired[] = [];
  const control = { fails: 0 };
  const definition: AgentDefinition = {
    name: 'clock',
    summary: 'fires',
    intents: {
      'clock.set': {
        summary: 'sets',
        effect: 'write',
        handler: (input, { timers, clock }) => {
          const { name, inMs, payload = null, fail = false } = input as JsonObject;
          timers.set({
            name: name as string,
            due: clock.now() + (inMs as number),
            intent: 'clock.fire',
            payload,
          });
          if (fail === true) throw new Error('set, then failed');
        },
      },
      'clock.cancel': { summary: 'cancels', handler: (name, { timers }) => timers.cancel(name as string) },
      'clock.list': {
        summary: 'lists',
        handler: (_, { timers }) => timers.list().map(({ name, due }) => ({ name, due })),
      },
      'clock.fire': {
        summary: 'notes',
        handler: (payload, { message, clock, state, timers }) => {
          fired.push({ name: message.context.timer, payload, at: clock.now() });
          if (control.fails > 0) {
            control.fails -= 1;
            throw new Error('not now');
          }
          state.set('fired', ((state.get('fired') as number | undefined) ?? 0) + 1);
          if (payload === 'again') {
            timers.set({
              name: String(message.context.timer),
              due: clock.now() + 1000,
              intent: 'clock.fire',
              payload,
            });
          }
        },
      },
    },
  };
  return { definition, fired, control };
}

async function withClock(options: FixtureOptions = {}) {
  const fixture = await startFixture(options);
  const agent = alarmClock();
  const handle = fixture.node.register(agent.definition);
  const start = fixture.clock.now();
  const set = (name: string, inMs: number, more: JsonObject = {}) =>
    fixture.client.call(AT, 'clock.set', { name, inMs, ...more });
  const times = () => agent.fired.map(({ name, at }) => [name, at - start]);
  return {
    ...fixture,
    fixture,
    ...agent,
    handle,
    set,
    times,
    [Symbol.asyncDispose]: fixture[Symbol.asyncDispose],
  };
}

async function storedTimers({ store }: Fixture): Promise<string[]> {
  return (await store.loadTimers()).map(({ name }) => name);
}

describe('timers', () => {
  it('fire on time, once, in the order of their times', async () => {
    await using world = await withClock();
    await world.set('late', 90_000, { payload: { n: 2 } });
    await world.set('soon', 250);
    await world.set('past', -5);
    await world.clock.advance(200_000);
    expect(world.times()).toEqual([
      ['past', 0],
      ['soon', 250],
      ['late', 90_000],
    ]);
    expect(world.fired[2]?.payload).toEqual({ n: 2 });
    expect(await storedTimers(world)).toEqual([]);
    expect(await world.client.call(AT, 'clock.list')).toEqual([]);
  });

  it('are replaced and cancelled by name', async () => {
    await using world = await withClock();
    await world.set('one', 1000);
    await world.set('one', 5000);
    await world.set('two', 2000);
    await world.client.call(AT, 'clock.cancel', 'two');
    await world.client.call(AT, 'clock.cancel', 'never-set');
    expect(await world.client.call(AT, 'clock.list')).toEqual([{ name: 'one', due: expect.any(Number) }]);
    await world.clock.advance(10_000);
    expect(world.times()).toEqual([['one', 5000]]);
  });

  it('are not set by a handler that fails', async () => {
    await using world = await withClock();
    await refusalOf(world.set('one', 1000, { fail: true }));
    await world.clock.advance(10_000);
    expect(world.fired).toEqual([]);
    expect(await storedTimers(world)).toEqual([]);
  });

  it('may set themselves anew while they fire', async () => {
    await using world = await withClock();
    await world.set('tick', 1000, { payload: 'again' });
    await world.clock.advance(3500);
    expect(world.times()).toEqual([
      ['tick', 1000],
      ['tick', 2000],
      ['tick', 3000],
    ]);
    expect(await storedTimers(world)).toEqual(['tick']);
  });

  it('fire again when their handler fails, after 1 s, 10 s and 60 s, and then become one dead letter', async () => {
    await using world = await withClock();
    world.control.fails = 100;
    await world.set('one', 1000, { payload: 'whole' });
    await world.clock.advance(200_000);
    expect(world.times()).toEqual([
      ['one', 1000],
      ['one', 2000],
      ['one', 12_000],
      ['one', 72_000],
    ]);
    const letters = await world.store.readDead(10);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ code: 'AGENT_FAILED', reason: expect.stringContaining('not now') });
    expect(JSON.parse(letters[0]?.message ?? '')).toMatchObject({ payload: 'whole', intent: 'clock.fire' });
    expect(await storedTimers(world)).toEqual([]);
  });

  it('that failed once and then succeeded are done', async () => {
    await using world = await withClock();
    world.control.fails = 2;
    await world.set('one', 1000);
    await world.clock.advance(200_000);
    expect(world.times().map(([, at]) => at)).toEqual([1000, 2000, 12_000]);
    expect(await world.store.readDead(10)).toEqual([]);
  });

  it('do not fire again when they were cancelled meanwhile', async () => {
    await using world = await withClock();
    world.control.fails = 1;
    await world.set('one', 1000);
    await world.clock.advance(1500);
    await world.client.call(AT, 'clock.cancel', 'one');
    await world.clock.advance(200_000);
    expect(world.times()).toEqual([['one', 1000]]);
  });

  it.each([
    ['forward', 3_600_000, 2_000],
    ['back', -3_600_000, 3_602_000],
  ])('notice within fifteen seconds that the clock was set %s', async (_, jump, expectedMs) => {
    await using world = await withClock();
    await world.set('one', 2_000);
    await world.set('two', jump > 0 ? 3_000_000 : 2_000);
    world.clock.setWall(world.clock.now() + jump);
    await world.clock.advance(15_000);
    if (jump > 0) expect(world.fired).toHaveLength(2);
    else expect(world.fired).toEqual([]);
    await world.clock.advance(expectedMs + 15_000);
    expect(world.fired).toHaveLength(2);
  });

  it('outlive the node, and fire at once when they fell due meanwhile', async () => {
    const disk = emptyDisk();
    const clock = new VirtualClock();
    {
      await using world = await withClock({ disk, clock });
      await world.set('overdue', 1000, { payload: 'kept' });
      await world.set('later', 100_000);
    }
    await clock.advance(50_000);
    await using world = await withClock({ disk, clock });
    await settle();
    expect(world.fired).toMatchObject([{ name: 'overdue', payload: 'kept' }]);
    await clock.advance(60_000);
    expect(world.fired.map(({ name }) => name)).toEqual(['overdue', 'later']);
  });

  it('of an agent that is not here wait for it', async () => {
    const disk = emptyDisk();
    const clock = new VirtualClock();
    {
      await using world = await withClock({ disk, clock });
      await world.set('one', 1000);
    }
    await using fixture = await startFixture({ disk, clock });
    await clock.advance(100_000);
    expect(await storedTimers(fixture)).toEqual(['one']);
    const agent = alarmClock();
    fixture.node.register(agent.definition);
    await settle();
    expect(agent.fired).toHaveLength(1);
  });

  it('wait for an agent that leaves and comes back', async () => {
    await using world = await withClock();
    await world.set('one', 1000);
    await world.handle.leave();
    await world.clock.advance(5000);
    expect(world.fired).toEqual([]);
    world.node.register(world.definition);
    await settle();
    expect(world.fired).toHaveLength(1);
  });

  it('fire again when the process died between firing and commit, and count once', async () => {
    const disk = emptyDisk();
    const clock = new VirtualClock();
    let isDead = false;
    const dying = (store: Store): Store =>
      withCommit(store, (commit) => (isDead ? new Promise(() => {}) : store.commit(commit)));
    {
      await using world = await withClock({ disk, clock, wrapStore: dying });
      await world.set('one', 1000);
      isDead = true;
      await clock.advance(1000);
      expect(world.fired).toHaveLength(1);
    }
    await using world = await withClock({ disk, clock });
    await settle();
    expect(world.fired).toHaveLength(1);
    expect((await world.store.loadAgent(AT)).state.get('fired')).toBe(1);
    expect(await storedTimers(world)).toEqual([]);
  });

  it('are refused where no time is given', async () => {
    await using world = await withClock();
    expect(await refusalOf(world.set('one', Number.NaN))).toMatchObject({ code: 'AGENT_FAILED' });
  });

  it('leave nothing behind when one is set anew a hundred thousand times', async () => {
    const clock = new VirtualClock();
    const alarms = new Alarms(clock, silentLog, { fire: async () => {}, giveUp() {} });
    const before = heapUsed();
    for (let n = 0; n < 100_000; n += 1) {
      const payload = 'x'.repeat(50) + n;
      alarms.changed([{ agent: AT, name: 'one', due: clock.now() + 1e9, intent: 'i', payload }]);
    }
    expect(heapUsed() - before).toBeLessThan(5_000_000);
    alarms.close();
    expect(clock.waiting).toBe(0);
  });
});
