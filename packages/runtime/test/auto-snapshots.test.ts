/** Snapshots that nobody asked for by hand, and which of all are kept. */

import type { JsonValue } from '@kai/protocol';
import { openMemorySnapshots } from '@kai/stores/memory';
import { describe, expect, it } from 'vitest';
import { defineIntent } from '../src/index.ts';
import { AT, ask, keeper, take, withKeeper } from './keeper.ts';
import { closeOnTime, emptyDisk, gate, settle, startFixture } from './node-fixture.ts';

describe('regular snapshots', () => {
  it('are taken when something has changed, and not when nothing has', async () => {
    await using fixture = await withKeeper({ snapshots: { everyMs: 60_000 } });
    await ask(fixture, 'all');
    await fixture.clock.advance(60_000);
    expect(await fixture.kept.list()).toEqual([]);
    await ask(fixture, 'put', { a: 1 });
    await fixture.clock.advance(180_000);
    expect(await fixture.kept.list()).toMatchObject([{ kind: 'auto', agent: AT }]);
    await ask(fixture, 'put', { a: 2 });
    await fixture.clock.advance(60_000);
    const [second, first] = await fixture.kept.list();
    expect(second?.parent).toBe(first?.id);
  });

  it('are taken when an agent leaves, with what its stop wrote, and end with it', async () => {
    const disk = emptyDisk();
    const kept = openMemorySnapshots();
    const definition = keeper({
      snapshots: { everyMs: 1_000, onLeave: true },
      stop: ({ state }) => state.set('stopped', true),
    });
    const fixture = await startFixture({ disk, snapshots: kept });
    fixture.node.register(definition);
    await ask(fixture, 'put', { a: 1 });
    await closeOnTime(fixture.node, fixture.clock);
    await fixture.clock.advance(10_000);
    const [last, ...others] = await kept.list();
    expect(last).toMatchObject({ kind: 'auto', note: 'as it left' });
    expect(others).toEqual([]);
    await fixture[Symbol.asyncDispose]();

    // Nothing changed while it was away and back.
    await using again = await startFixture({ disk, snapshots: kept });
    again.node.register(definition);
    await closeOnTime(again.node, again.clock);
    expect(await kept.list()).toEqual([last]);
  });
});

describe('a capture that no message of the agent asked for', () => {
  it('waits for what runs, too: regularly taken, or compared with now', async () => {
    const held = gate<JsonValue>();
    await using fixture = await withKeeper({
      snapshots: { everyMs: 1_000 },
      intents: {
        half: defineIntent({
          summary: 'Does one half, waits, and does the other.',
          handler: async (_, { state }) => {
            state.set('one', 1);
            await held.promise;
            state.set('other', 2);
          },
        }),
      },
    });
    await ask(fixture, 'put', { a: 1 });
    const from = await take(fixture);
    const running = fixture.client.call(AT, 'half', {}, { timeoutMs: 1e6 });
    await fixture.clock.advance(5_000);
    let isCompared = false;
    const compared = ask(fixture, 'node.snapshot.diff', { from, to: 'now' }).then((answer) => {
      isCompared = true;
      return answer;
    });
    await settle();
    expect(isCompared).toBe(false);
    expect(await fixture.kept.list()).toHaveLength(1);
    held.open(1);
    await running;
    const both = { added: [{ key: 'one' }, { key: 'other' }] };
    expect(await compared).toMatchObject({ difference: { state: both } });
    await fixture.clock.advance(2_000);
    const [auto] = await fixture.kept.list();
    expect(auto).toMatchObject({ kind: 'auto' });
    const diff = await ask(fixture, 'node.snapshot.diff', { from, to: auto?.id ?? '' });
    expect(diff).toMatchObject({ difference: { state: both } });
  });
});

describe('what is kept', () => {
  it('is the newest of each kind; one whose parent went says so, and can be restored', async () => {
    await using fixture = await withKeeper({ snapshots: { keep: 2, everyMs: 1_000 } });
    for (let n = 0; n < 5; n += 1) {
      await ask(fixture, 'put', { n });
      await take(fixture, `manual ${n}`);
      await ask(fixture, 'put', { m: n });
      await fixture.clock.advance(1_000);
    }
    const entries = await fixture.kept.list();
    expect(entries.map(({ kind }) => kind)).toEqual(['auto', 'manual', 'auto', 'manual']);
    const eldest = entries.at(-1)?.id ?? '';
    expect(await ask(fixture, 'node.snapshot.verify', { id: eldest })).toEqual({
      holds: true,
      ids: [eldest],
      root: 'pruned',
    });
    await ask(fixture, 'rollback', { to: eldest });
    expect(await ask(fixture, 'all')).toEqual({ n: 3, m: 2 });
  });

  it.each([{ keep: 0 }, { keep: 1001 }, { everyMs: 10 }])(
    'is planned within bounds: %j',
    async (snapshots) => {
      await using fixture = await startFixture();
      expect(() => fixture.node.register(keeper({ snapshots }))).toThrow(/^agent keeper: snapshots\./);
    },
  );
});
