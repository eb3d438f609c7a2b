import type { JsonValue, MessageId } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { MessageHandling } from '../src/index.ts';
import type { Commit } from '../src/ports/index.ts';
import { Machine } from './crash.ts';
import { agentOf, gate, refusalOf, settle, startFixture, withCommit } from './node-fixture.ts';

const LEDGER = 'kai://alice.hub.ledger';
const ID = '01a20400-65c7-7000-95af-5c9b400518fc' as MessageId;

/** Writes each message down, so that what is lost or done twice shows. */
function ledger(before: (handling: MessageHandling) => unknown = () => {}) {
  return agentOf(
    'ledger',
    'enter',
    async (line, handling) => {
      await before(handling);
      handling.state.set(`${[...handling.state.entries()].length}`, line);
      return { entered: line };
    },
    { effect: 'write' },
  );
}

function lines(state: Map<string, JsonValue>): JsonValue[] {
  return [...state.values()];
}

describe('an acknowledgement', () => {
  it.each(['received', 'durable', 'effected'] as const)('of level %s says at least that', async (until) => {
    await using fixture = await startFixture();
    fixture.node.register(ledger());
    const ack = await fixture.client.deliver(LEDGER, 'enter', 'bread', { until });
    const reached = ['received', 'durable', 'effected'].indexOf(ack.level);
    expect(reached).toBeGreaterThanOrEqual(['received', 'durable', 'effected'].indexOf(until));
    expect(ack.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of durable comes when it is on disk, though its handler has not ended', async () => {
    await using fixture = await startFixture();
    const held = gate();
    fixture.node.register(ledger(() => held.promise));
    const ack = await fixture.client.deliver(LEDGER, 'enter', 'bread');
    expect(ack.level).toBe('durable');
    const { inbox } = await fixture.store.loadAgent(LEDGER);
    expect(inbox.map(({ id }) => id)).toEqual([ack.id]);
    held.open();
    await settle();
    expect((await fixture.store.loadAgent(LEDGER)).inbox).toEqual([]);
    expect(lines((await fixture.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
  });

  it('does not come when nobody takes the message', async () => {
    await using fixture = await startFixture();
    expect(await refusalOf(fixture.client.deliver(LEDGER, 'enter', 'bread'))).toMatchObject({
      code: 'NO_ROUTE',
    });
    expect(await fixture.store.readDead(10)).toEqual([]);
  });
});

describe('a message that comes twice', () => {
  it('is handled once, and answered twice alike', async () => {
    await using fixture = await startFixture();
    fixture.node.register(ledger());
    const first = await fixture.client.call(LEDGER, 'enter', 'bread', { id: ID });
    const second = await fixture.client.request(LEDGER, 'enter', 'bread', { id: ID });
    expect(second.payload).toEqual(first);
    expect(second.context.route).toMatchObject({ again: true });
    expect(lines((await fixture.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
  });

  it('while the first is under way waits for its answer', async () => {
    await using fixture = await startFixture();
    const held = gate();
    fixture.node.register(ledger(() => held.promise));
    const both = [1, 2].map(() => fixture.client.call(LEDGER, 'enter', 'bread', { id: ID }));
    await settle();
    held.open();
    expect(await Promise.all(both)).toEqual([{ entered: 'bread' }, { entered: 'bread' }]);
    expect(lines((await fixture.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
  });

  it('is handled once also across a restart', async () => {
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(ledger());
    await first.client.call(LEDGER, 'enter', 'bread', { id: ID });
    machine.cut();
    await using second = await machine.start();
    second.node.register(ledger());
    expect(await second.client.call(LEDGER, 'enter', 'bread', { id: ID })).toEqual({ entered: 'bread' });
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
  });
});

describe('after a crash', () => {
  it('what was acknowledged as durable is handled, in order, before anything new', async () => {
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(ledger(() => new Promise(() => {})));
    for (const line of ['one', 'two', 'three']) await first.client.deliver(LEDGER, 'enter', line);
    machine.cut();
    await using second = await machine.start();
    second.node.register(ledger());
    await second.client.call(LEDGER, 'enter', 'four');
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual(['one', 'two', 'three', 'four']);
    expect((await second.store.loadAgent(LEDGER)).inbox).toEqual([]);
  });

  it('a message that its sender sends again joins the one from the inbox', async () => {
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(ledger(() => new Promise(() => {})));
    await first.client.deliver(LEDGER, 'enter', 'bread', { id: ID });
    machine.cut();
    await using second = await machine.start();
    const held = gate();
    second.node.register(ledger(() => held.promise));
    await settle(20);
    const again = second.client.call(LEDGER, 'enter', 'bread', { id: ID });
    await settle(20);
    held.open();
    expect(await again).toEqual({ entered: 'bread' });
    await settle(20);
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
  });

  it('a node that is stopped in order keeps what waits, too', async () => {
    const machine = new Machine();
    {
      await using first = await machine.start();
      first.node.register(
        ledger(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject))),
      );
      for (const line of ['one', 'two']) await first.client.deliver(LEDGER, 'enter', line);
    }
    await using second = await machine.start();
    second.node.register(ledger());
    await settle();
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual(['one', 'two']);
    expect(await second.store.readDead(10)).toEqual([]);
  });

  it('a request that has expired meanwhile becomes a dead letter, and is not handled', async () => {
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(ledger(() => new Promise(() => {})));
    first.client.call(LEDGER, 'enter', 'late', { timeoutMs: 1000 }).catch(() => {});
    await settle();
    machine.cut();
    const clock = first.clock;
    clock.setWall(clock.now() + 5000);
    await using second = await machine.start({ clock });
    second.node.register(ledger());
    await settle(20);
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual([]);
    expect(await second.store.readDead(10)).toMatchObject([{ code: 'EXPIRED' }]);
    expect((await second.store.loadAgent(LEDGER)).inbox).toEqual([]);
  });
});

it('what waits while an agent is started anew is handled once', async () => {
  await using fixture = await startFixture();
  let isStuck = true;
  fixture.node.register(ledger(() => (isStuck ? new Promise(() => {}) : undefined)));
  // Sixteen handlers that never end, one after the other: each is given up five seconds after its deadline.
  const lost = Array.from({ length: 16 }, (_, n) =>
    fixture.client.call(LEDGER, 'enter', `stuck ${n}`, { timeoutMs: 1000 + n * 6000 }).catch(() => {}),
  );
  await settle();
  for (const line of ['one', 'two']) await fixture.client.deliver(LEDGER, 'enter', line, { priority: 'low' });
  await fixture.clock.advance(95_000);
  isStuck = false;
  await fixture.clock.advance(10_000);
  await Promise.all(lost);
  expect(fixture.logged.filter(({ message }) => message.includes('given to the next'))).toHaveLength(16);
  const { state, inbox } = await fixture.store.loadAgent(LEDGER);
  expect(lines(state)).toEqual(['one', 'two']);
  expect(inbox).toEqual([]);
});

describe('what a handler sends durably', () => {
  const sender = (fails = false) =>
    agentOf(
      'sender',
      'go',
      (line, handling) => {
        handling.state.set('sent', line);
        handling.send('kai://agent.ledger', 'enter', line);
        if (fails) throw new Error('after sending');
        return {};
      },
      { effect: 'write' },
    );

  it('arrives once what the handler changed is on disk', async () => {
    await using fixture = await startFixture();
    fixture.node.register(ledger());
    fixture.node.register(sender());
    await fixture.client.call('kai://agent.sender', 'go', 'bread');
    await settle();
    expect(lines((await fixture.store.loadAgent(LEDGER)).state)).toEqual(['bread']);
    expect((await fixture.store.loadAgent('kai://alice.hub')).inbox).toEqual([]);
  });

  it('does not leave when the handler fails', async () => {
    await using fixture = await startFixture();
    fixture.node.register(ledger());
    fixture.node.register(sender(true));
    await refusalOf(fixture.client.call('kai://agent.sender', 'go', 'bread'));
    await settle();
    expect(lines((await fixture.store.loadAgent(LEDGER)).state)).toEqual([]);
  });

  it('arrives exactly once wherever the power goes', async () => {
    for (let at = 1; at < 40; at += 1) {
      const machine = new Machine();
      let commits = 0;
      machine.failsAt = () => {
        commits += 1;
        return commits === at;
      };
      const first = await machine.start();
      first.node.register(ledger());
      first.node.register(sender());
      let acknowledged = false;
      const sent = first.client.deliver('kai://agent.sender', 'go', 'bread', { id: ID, until: 'effected' });
      sent.then(
        () => {
          acknowledged = true;
        },
        () => {},
      );
      await settle(20);
      const wasReached = commits >= at;
      machine.failsAt = () => false;
      machine.cut();
      await using second = await machine.start();
      second.node.register(ledger());
      second.node.register(sender());
      await second.node.resume();
      if (!acknowledged)
        await second.client.deliver('kai://agent.sender', 'go', 'bread', { id: ID, until: 'effected' });
      await settle(20);
      const kept = lines((await second.store.loadAgent(LEDGER)).state);
      expect(kept, `cut at commit ${at}`).toEqual(['bread']);
      expect(await second.store.waiting()).toEqual([]);
      if (!wasReached) return;
    }
    throw new Error('it never ran to its end without a cut');
  });

  it('becomes a dead letter when nobody will ever take it', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf(
        'lost',
        'go',
        (_, handling) => handling.send('kai://agent.nobody', 'x', {}, { context: { delivery: 'durable' } }),
        { effect: 'write' },
      ),
    );
    await fixture.client.call('kai://agent.lost', 'go');
    await settle();
    expect(await fixture.store.readDead(10)).toMatchObject([{ code: 'NO_ROUTE' }]);
    expect(await fixture.store.waiting()).toEqual([]);
  });
});

describe('calls of a durable handler', () => {
  it('are made again under the same id when it runs again, so that their effect happens once', async () => {
    const caller = agentOf(
      'caller',
      'go',
      async (_, handling) => {
        await handling.call('kai://agent.ledger', 'enter', 'first');
        await handling.call('kai://agent.ledger', 'enter', 'first');
        if (handling.state.get('stuck') === undefined && handling.message.context.stick === true)
          await new Promise(() => {});
        return {};
      },
      { effect: 'write' },
    );
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(ledger());
    first.node.register(caller);
    await first.client.deliver('kai://agent.caller', 'go', {}, { context: { stick: true } });
    await settle(20);
    expect(lines((await first.store.loadAgent(LEDGER)).state)).toEqual(['first', 'first']);
    machine.cut();
    await using second = await machine.start();
    second.node.register(ledger());
    second.node.register(caller);
    await settle(20);
    expect(lines((await second.store.loadAgent(LEDGER)).state)).toEqual(['first', 'first']);
  });
});

describe('steps', () => {
  const stepper = (names: readonly string[], done: string[], stopAfter = Number.POSITIVE_INFINITY) =>
    agentOf(
      'stepper',
      'go',
      async (_, handling) => {
        const results: JsonValue[] = [];
        for (const [index, name] of names.entries()) {
          if (index >= stopAfter) await new Promise(() => {});
          results.push(
            await handling.step(name, () => {
              done.push(name);
              return `${name} done`;
            }),
          );
        }
        handling.state.set('results', results);
        return { results };
      },
      { effect: 'write' },
    );

  it('are done once: after a crash the handler goes on after its last finished one', async () => {
    const machine = new Machine();
    const done: string[] = [];
    const first = await machine.start();
    first.node.register(stepper(['a', 'b', 'c'], done, 2));
    await first.client.deliver('kai://agent.stepper', 'go');
    await settle(20);
    machine.cut();
    await using second = await machine.start();
    second.node.register(stepper(['a', 'b', 'c'], done));
    await settle(20);
    expect(done).toEqual(['a', 'b', 'c']);
    const { state, steps } = await second.store.loadAgent('kai://alice.hub.stepper');
    expect(state.get('results')).toEqual(['a done', 'b done', 'c done']);
    expect(steps).toEqual([]);
  });

  it.each([
    ['another step in its place', ['a', 'x', 'c'], /step 2 was "b" before the restart and is "x" now/],
    ['fewer steps', ['a'], /ended before its step "b"/],
  ])('refuse a handler that has changed: %s', async (_, names, reason) => {
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(stepper(['a', 'b', 'c'], [], 2));
    await first.client.deliver('kai://agent.stepper', 'go');
    await settle(20);
    machine.cut();
    await using second = await machine.start();
    second.node.register(stepper(names, []));
    await settle(20);
    const [letter] = await second.store.readDead(10);
    expect(letter?.code).toBe('CONFLICT');
    expect(letter?.reason).toMatch(reason);
  });

  it('sleep what is left of their time after a restart', async () => {
    const sleeper = agentOf(
      'sleeper',
      'go',
      async (_, handling) => {
        await handling.sleep('rest', 60_000);
        handling.state.set('woke', handling.clock.now());
        return {};
      },
      { effect: 'write' },
    );
    const machine = new Machine();
    const first = await machine.start();
    first.node.register(sleeper);
    const begun = first.clock.now();
    await first.client.deliver('kai://agent.sleeper', 'go');
    await first.clock.advance(45_000);
    machine.cut();
    await using second = await machine.start({ clock: first.clock });
    second.node.register(sleeper);
    await second.clock.advance(14_000);
    const at = 'kai://alice.hub.sleeper';
    expect((await second.store.loadAgent(at)).state.has('woke')).toBe(false);
    await second.clock.advance(2_000);
    expect(Number((await second.store.loadAgent(at)).state.get('woke')) - begun).toBe(60_000);
  });

  it('need a durable message', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('reader', 'go', (_, handling) => handling.step('a', () => 1)));
    expect(await refusalOf(fixture.client.call('kai://agent.reader', 'go'))).toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('commits of one agent', () => {
  it('travel together while one is on its way, and all that rest on a refused one are refused', async () => {
    const commits: { commit: Commit; refuse: () => void; keep: () => void }[] = [];
    await using fixture = await startFixture({
      wrapStore: (store) =>
        withCommit(store, async (commit) => {
          if ((commit.state ?? []).length === 0) return store.commit(commit);
          const { promise, open, fail } = gate();
          commits.push({
            commit,
            keep: () => open(undefined),
            refuse: () => fail(new Error('the disk is full')),
          });
          await promise;
          return store.commit(commit);
        }),
    });
    fixture.node.register(
      agentOf(
        'counter',
        'add',
        (_, { state }) => {
          state.set('n', Number(state.get('n') ?? 0) + 1);
          return state.get('n') as number;
        },
        { effect: 'write' },
      ),
    );
    const add = () => fixture.client.call('kai://agent.counter', 'add');
    await fixture.client.call('kai://agent.counter', 'ping').catch(() => {});
    const answers = [add(), add(), add()];
    await settle(20);
    expect(commits.map(({ commit }) => commit.state?.length)).toEqual([1]);
    commits[0]?.refuse();
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const again = [add(), add(), add()];
    await settle(20);
    commits[1]?.keep();
    await settle(20);
    expect(commits[2]?.commit.state?.length).toBe(2);
    commits[2]?.keep();
    expect(await Promise.all(again)).toEqual([1, 2, 3]);
  });
});
