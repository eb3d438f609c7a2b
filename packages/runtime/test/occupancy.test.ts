import { describe, expect, it } from 'vitest';
import type { Occupancy } from '../src/ports/index.ts';
import { agentOf, startFixture } from './node-fixture.ts';

/** Notes who has the thread, by name. */
class Watched implements Occupancy {
  readonly names: string[] = ['nobody'];
  readonly holders: string[] = [];
  readonly forgotten: string[] = [];

  admit(agent: string): number {
    return this.names.push(agent) - 1;
  }
  hold(agent: number): void {
    this.holders.push(this.names[agent] ?? '?');
  }
  forget(agent: number): void {
    this.forgotten.push(this.names[agent] ?? '?');
  }
  get holder(): string | undefined {
    return this.holders.at(-1);
  }
}

describe('occupancy', () => {
  it('names who has the thread, through calls within calls and failures', async () => {
    const watched = new Watched();
    await using fixture = await startFixture({ occupancy: watched });
    const seen: (string | undefined)[] = [];
    const front = fixture.node.register(
      agentOf('front', 'go', (_, handling) => {
        seen.push(watched.holder);
        const asked = handling.call('kai://agent.back', 'go');
        seen.push(watched.holder);
        return asked.catch(() => 'failed as it should');
      }),
    );
    fixture.node.register(
      agentOf('back', 'go', () => {
        seen.push(watched.holder);
        throw new Error('no');
      }),
    );
    await fixture.client.call('kai://agent.back', 'go').catch(() => {});
    seen.length = 0;
    expect(await fixture.client.call('kai://agent.front', 'go')).toBe('failed as it should');
    expect(await fixture.client.call('kai://agent.front', 'go')).toBe('failed as it should');
    const [first, second] = ['kai://alice.hub.front', 'kai://alice.hub.back'];
    expect(seen.slice(-3)).toEqual([first, second, first]);
    expect(watched.holder).toBe('nobody');
    await front.leave();
    expect(watched.forgotten).toEqual([first]);
  });

  it('names an agent that starts and stops', async () => {
    const watched = new Watched();
    await using fixture = await startFixture({ occupancy: watched });
    const seen: (string | undefined)[] = [];
    const agent = fixture.node.register({
      ...agentOf('worker', 'go', () => 1),
      start: () => void seen.push(watched.holder),
      stop: () => void seen.push(watched.holder),
    });
    await fixture.client.call('kai://agent.worker', 'go');
    await agent.leave();
    expect(seen).toEqual(['kai://alice.hub.worker', 'kai://alice.hub.worker']);
    expect(watched.holder).toBe('nobody');
  });
});
