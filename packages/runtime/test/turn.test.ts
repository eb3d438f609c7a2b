import { address, type NodeAddress } from '@kai/protocol';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/src/seeded-random.ts';
import { type KaiNode, startNode } from '../src/index.ts';
import { type Clock, silentLog } from '../src/ports/index.ts';
import { Turn } from '../src/router/turn.ts';
import { agentOf, settle, startFixture, VirtualClock } from './node-fixture.ts';

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  yield: (run) => void setImmediate(run),
};

async function realNode(): Promise<KaiNode> {
  return startNode({
    address: address('kai://alice.hub') as NodeAddress,
    ports: {
      clock: realClock,
      random: seededRandom(1),
      log: silentLog,
      store: openMemoryStore(),
      indexes: openMemoryIndexes(),
    },
  });
}

describe('a turn', () => {
  it('ends after its messages, and goes on with who waited longest', async () => {
    const turn = new Turn(new VirtualClock());
    const served: number[] = [];
    const greedy = (who: number) => (): void => {
      while (turn.enter()) {
        served.push(who);
        turn.leave();
      }
      turn.later(greedy(who));
    };
    for (const who of [1, 2, 3]) turn.later(greedy(who));
    await settle(6);
    const order = served.filter((who, at) => who !== served[at - 1]);
    expect(order.slice(0, 5)).toEqual([1, 2, 3, 1, 2]);
  });

  it('nests only so deep', () => {
    const turn = new Turn(new VirtualClock());
    let depth = 0;
    while (turn.enter()) depth += 1;
    expect(depth).toBe(64);
    turn.leave();
    expect(turn.enter()).toBe(true);
  });

  it('is no longer than some milliseconds', () => {
    let now = 0;
    const clock = Object.assign(new VirtualClock(), { monotonic: () => now });
    const turn = new Turn(clock);
    let handled = 0;
    while (turn.enter()) {
      turn.leave();
      handled += 1;
      now += 1;
    }
    expect(handled).toBe(32);
  });
});

describe('fairness in real time', () => {
  it('a loop of awaited calls lets timers and I/O through', async () => {
    await using node = await realNode();
    node.register(agentOf('echo', 'echo.say', (payload) => payload));
    const client = node.client('tester');
    let stop = false;
    const fired = new Promise<void>((resolve) => setTimeout(resolve, 20));
    void fired.then(() => {
      stop = true;
    });
    let calls = 0;
    while (!stop) {
      await client.call('kai://alice.hub.echo', 'echo.say', calls);
      calls += 1;
    }
    expect(calls).toBeGreaterThan(10);
  });

  it('a stream that never waits lets timers and I/O through', async () => {
    await using node = await realNode();
    node.register(
      agentOf('source', 'source.flow', async function* () {
        for (let n = 0; ; n += 1) yield n;
      }),
    );
    const client = node.client('tester');
    let stop = false;
    setTimeout(() => {
      stop = true;
    }, 20);
    let parts = 0;
    for await (const _ of client.stream('kai://alice.hub.source', 'source.flow')) {
      parts += 1;
      if (stop) break;
    }
    expect(parts).toBeGreaterThan(100);
  });

  it('a stream whose parts nobody asked for lets timers and I/O through, and expires', async () => {
    await using node = await realNode();
    node.register(
      agentOf('source', 'source.flow', async function* () {
        for (let n = 0; ; n += 1) yield n;
      }),
    );
    const call = node.client('tester').call('kai://alice.hub.source', 'source.flow', {}, { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ code: 'EXPIRED' });
  });

  it('agents that call each other 10,000 deep do not overflow the stack', async () => {
    await using fixture = await startFixture();
    for (const [name, other] of [
      ['ping', 'pong'],
      ['pong', 'ping'],
    ] as const) {
      fixture.node.register(
        agentOf(
          name,
          'down',
          (left, handling) =>
            (left as number) === 0
              ? 'bottom'
              : handling.call(`kai://alice.hub.${other}`, 'down', (left as number) - 1),
          { concurrency: 10_000 },
        ),
      );
    }
    expect(await fixture.client.call('kai://alice.hub.ping', 'down', 10_000)).toBe('bottom');
  });

  it('a full mailbox of quick messages is served without recursion', async () => {
    await using fixture = await startFixture();
    let handled = 0;
    fixture.node.register(
      agentOf(
        'counter',
        'count',
        () => {
          handled += 1;
          if (handled % 3 === 0) throw new Error('every third fails');
        },
        { mailboxMax: 20_000 },
      ),
    );
    const calls = Array.from({ length: 20_000 }, () =>
      fixture.client.call('kai://alice.hub.counter', 'count'),
    );
    await Promise.allSettled(calls);
    expect(handled).toBe(20_000);
  });

  it.each([
    ['itself', 'kai://alice.hub.flood'],
    ['another', 'kai://alice.hub.flood-2'],
  ])('an agent that sends %s endless messages leaves others their turn', async (_, to) => {
    await using fixture = await startFixture();
    let stop = false;
    const flood = (name: string, next: string) =>
      agentOf(name, 'go', (_payload, handling) => {
        if (stop) return;
        handling.send(next, 'go');
        handling.send(next, 'go');
      });
    fixture.node.register(flood('flood', to));
    fixture.node.register(flood('flood-2', 'kai://alice.hub.flood'));
    fixture.node.register(agentOf('echo', 'echo.say', (payload) => payload));
    fixture.client.send('kai://alice.hub.flood', 'go');
    await settle(5);
    for (let n = 0; n < 8; n += 1) {
      let isAnswered = false;
      void fixture.client.call('kai://alice.hub.echo', 'echo.say', n).then(() => {
        isAnswered = true;
      });
      await settle(3);
      expect(isAnswered).toBe(true);
    }
    const { payload } = await fixture.client.request('kai://alice.hub', 'node.agents');
    const flooded = (payload as { agents: { queue: number }[] }).agents.map(({ queue }) => queue);
    expect(Math.max(...flooded)).toBeLessThanOrEqual(1024);
    stop = true;
  });
});
