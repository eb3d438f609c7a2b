import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agentOf,
  closeOnTime,
  type Fixture,
  refusalOf,
  settle,
  startFixture,
  VirtualClock,
} from './node-fixture.ts';

/** Time that goes by while somebody holds the thread: no timer fires. */
class HeldClock extends VirtualClock {
  heldMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.heldMs;
  }
}

const SILENT = agentOf('silent', 'silent.wait', () => new Promise(() => {}), { concurrency: 1000 });

/** When, in virtual milliseconds from now, a call with this time-out is refused. */
function expiryOf({ client, clock }: Fixture, timeoutMs: number): Promise<number> {
  const from = clock.monotonic();
  const call = client.call('kai://alice.hub.silent', 'silent.wait', {}, { timeoutMs });
  return refusalOf(call).then((error) => (error.code === 'EXPIRED' ? clock.monotonic() - from : Number.NaN));
}

async function withSilent(): Promise<Fixture> {
  const fixture = await startFixture();
  fixture.node.register(SILENT);
  return fixture;
}

describe('deadlines', () => {
  it('end a call just when its time is over, whatever else is waiting', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 80 }),
        async (timeouts) => {
          await using fixture = await withSilent();
          const ends = Promise.all(timeouts.map((timeoutMs) => expiryOf(fixture, timeoutMs)));
          await fixture.clock.advance(500);
          expect(await ends).toEqual(timeouts);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('end calls that came at different times in their own order', async () => {
    await using fixture = await withSilent();
    const ends: Promise<number>[] = [];
    for (const timeoutMs of [300, 100, 300, 50, 200]) {
      ends.push(expiryOf(fixture, timeoutMs));
      await fixture.clock.advance(20);
    }
    await fixture.clock.advance(300);
    expect(await Promise.all(ends)).toEqual([300, 100, 300, 50, 200]);
  });

  it.each([-3_600_000, 3_600_000])('are kept when the wall clock is set by %i ms', async (jump) => {
    await using fixture = await withSilent();
    const before = expiryOf(fixture, 1000);
    fixture.clock.setWall(fixture.clock.now() + jump);
    const after = expiryOf(fixture, 1000);
    await fixture.clock.advance(1000);
    expect(await Promise.all([before, after])).toEqual([1000, 1000]);
  });

  it('leave no timer behind once everything is answered', async () => {
    await using fixture = await startFixture();
    const release: (() => void)[] = [];
    fixture.node.register(
      agentOf('slow', 'slow.do', () => new Promise<void>((resolve) => release.push(resolve)), {
        concurrency: 100,
      }),
    );
    const idle = fixture.clock.waiting;
    const calls = Array.from({ length: 60 }, (_, n) =>
      fixture.client.call('kai://alice.hub.slow', 'slow.do', {}, { timeoutMs: 1000 + n * 10 }),
    );
    await settle();
    expect(fixture.clock.waiting).toBeGreaterThan(idle);
    for (const answer of release) answer();
    await Promise.all(calls);
    await fixture.clock.advance(2000);
    expect(fixture.clock.waiting).toBe(idle);
  });

  it('do not let work begin after them', async () => {
    const clock = new HeldClock();
    await using fixture = await startFixture({ clock });
    const worked: string[] = [];
    fixture.node.register(
      agentOf('busy', 'busy.work', (_, { message }) => {
        worked.push(String(message.context.name));
        clock.heldMs += 5000;
      }),
    );
    const calls = ['first', 'second'].map((name) =>
      fixture.client.call('kai://alice.hub.busy', 'busy.work', {}, { timeoutMs: 1000, context: { name } }),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(worked).toEqual(['first']);
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'EXPIRED' } });
  });

  it('refuse at once what is sent on behalf of a message that has expired', async () => {
    await using fixture = await startFixture();
    const worked: string[] = [];
    let late: Promise<unknown> = Promise.resolve();
    fixture.node.register(agentOf('back', 'back.work', () => void worked.push('back')));
    fixture.node.register(
      agentOf('front', 'front.work', async (_, handling) => {
        await new Promise<void>((resolve) => handling.signal.addEventListener('abort', () => resolve()));
        late = refusalOf(handling.call('kai://alice.hub.back', 'back.work'));
      }),
    );
    const call = refusalOf(
      fixture.client.call('kai://alice.hub.front', 'front.work', {}, { timeoutMs: 100 }),
    );
    await fixture.clock.advance(150);
    expect(await call).toMatchObject({ code: 'EXPIRED' });
    expect(await late).toMatchObject({ code: 'EXPIRED' });
    expect(worked).toEqual([]);
  });

  it('of what a handler sends are no later than its own message’s', async () => {
    await using fixture = await withSilent();
    let inner = 0;
    fixture.node.register(
      agentOf('front', 'front.work', async (_, handling) => {
        const from = fixture.clock.monotonic();
        await refusalOf(handling.call('kai://alice.hub.silent', 'silent.wait', {}, { timeoutMs: 60_000 }));
        inner = fixture.clock.monotonic() - from;
      }),
    );
    const call = refusalOf(
      fixture.client.call('kai://alice.hub.front', 'front.work', {}, { timeoutMs: 700 }),
    );
    await fixture.clock.advance(700);
    expect(await call).toMatchObject({ code: 'EXPIRED', at: 'kai://alice.hub.front' });
    expect(inner).toBe(700);
  });

  it.each([0, -5])('that are over at the start (%i ms) refuse the call', async (timeoutMs) => {
    await using fixture = await withSilent();
    const call = fixture.client.call('kai://alice.hub.silent', 'silent.wait', {}, { timeoutMs });
    expect(await refusalOf(call)).toMatchObject({ code: 'EXPIRED' });
  });

  it('are a number', async () => {
    await using fixture = await withSilent();
    const call = fixture.client.call('kai://alice.hub.silent', 'silent.wait', {}, { timeoutMs: Number.NaN });
    expect(await refusalOf(call)).toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('may be as far away as one likes', async () => {
    await using fixture = await withSilent();
    const call = refusalOf(
      fixture.client.call(
        'kai://alice.hub.silent',
        'silent.wait',
        {},
        { timeoutMs: Number.POSITIVE_INFINITY },
      ),
    );
    await fixture.clock.advance(86_400_000);
    await closeOnTime(fixture.node, fixture.clock);
    expect(await call).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
