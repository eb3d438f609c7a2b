/** What agents and calls cost in memory. Limits leave room for a machine that is busy; the figures are far below. */

import { describe, expect, it } from 'vitest';
import { heapUsed } from './heap-used.ts';
import { agentOf, settle, startFixture } from './node-fixture.ts';

describe('memory', () => {
  it('of an idle agent is at most 2 KiB, and a hundred thousand register within two seconds', async () => {
    await using fixture = await startFixture();
    const definition = agentOf('worker', 'work', () => 1);
    const before = heapUsed();
    const usedBefore = process.cpuUsage();
    for (let n = 0; n < 100_000; n += 1) fixture.node.register(definition, { name: `worker-${n}` });
    const { user, system } = process.cpuUsage(usedBefore);
    const each = (heapUsed() - before) / 100_000;
    expect(each).toBeLessThan(2048);
    // Of processor time, so that a busy machine does not count.
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it.each([0, 64])('of 200,000 calls is given back, %i entries traced', async (traceEntries) => {
    await using fixture = await startFixture({ traceEntries });
    fixture.node.register(agentOf('worker', 'work', (payload) => payload));
    const call = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await fixture.client.call('kai://alice.hub.worker', 'work', { n });
    };
    await call(2000);
    const before = heapUsed();
    await call(200_000);
    await settle();
    expect((heapUsed() - before) / 200_000).toBeLessThan(50);
  });

  it('of calls that expired, were cancelled or failed is given back', async () => {
    await using fixture = await startFixture({ traceEntries: 0 });
    fixture.node.register(
      agentOf(
        'worker',
        'work',
        (how, { signal }) => {
          if (how === 'fail') throw new TypeError('broken');
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        },
        { concurrency: 100 },
      ),
    );
    const round = async (): Promise<void> => {
      const abort = new AbortController();
      const calls = ['fail', 'expire', 'cancel'].map((how) =>
        fixture.client.call('kai://alice.hub.worker', 'work', how, {
          timeoutMs: 10,
          ...(how === 'cancel' ? { signal: abort.signal } : {}),
        }),
      );
      const settled = Promise.allSettled(calls);
      abort.abort();
      await fixture.clock.advance(10);
      await settled;
      fixture.logged.length = 0;
    };
    for (let n = 0; n < 50; n += 1) await round();
    const before = heapUsed();
    for (let n = 0; n < 1000; n += 1) await round();
    expect((heapUsed() - before) / 3000).toBeLessThan(100);
  });
});
