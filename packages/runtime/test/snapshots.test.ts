/** Agents captured and given back what they were, over a node on virtual time. */

import type { JsonValue } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { defineIntent } from '../src/index.ts';
import { AT, ask, take, withKeeper } from './keeper.ts';
import { agentOf, gate, refusalOf, settle, startFixture } from './node-fixture.ts';

const NODE = 'kai://alice.hub';

describe('taking a snapshot', () => {
  it('keeps state, timers and where it comes from, and says under which id', async () => {
    await using fixture = await withKeeper();
    await ask(fixture, 'put', { a: 1, b: [2] });
    await ask(fixture, 'wake', { name: 'tea', inMs: 60_000 });
    const first = await ask(fixture, 'snapshot', { note: 'before' });
    expect(first).toMatchObject({ agent: AT, kind: 'manual', note: 'before', parent: null });
    const second = await ask(fixture, 'snapshot');
    expect(second).toMatchObject({ parent: first.id, note: '' });
    const { snapshots } = await ask(fixture, 'node.snapshots', { agent: AT });
    expect(snapshots).toEqual([second, first]);
    expect(await ask(fixture, 'node.snapshots', { limit: 1 })).toEqual({ snapshots: [second] });
    expect(await ask(fixture, 'node.snapshot.show', { id: first.id ?? '' })).toMatchObject({
      snapshot: first,
      version: { semver: '1.2.0', code: expect.stringMatching(/^sha256-/) },
      incarnation: 1,
      counts: { state: 2, timers: 1, inbox: 0 },
      state: [
        { key: 'a', value: 1 },
        { key: 'b', value: [2] },
      ],
      timers: [{ name: 'tea', intent: 'woken' }],
    });
  });

  it('waits for what runs and holds back what arrives; both go on as if nothing had been', async () => {
    const began: JsonValue[] = [];
    const gates = [gate<JsonValue>(), gate<JsonValue>()];
    await using fixture = await withKeeper({
      intents: {
        slow: defineIntent({
          summary: 'Slow.',
          effect: 'write',
          handler: async (input, { state }) => {
            began.push(input);
            await gates[input as number]?.promise;
            state.set(`slow ${input}`, true);
            return input;
          },
        }),
      },
    });
    const running = fixture.client.call(AT, 'slow', 0);
    await settle();
    const taken = ask(fixture, 'snapshot');
    const waiting = fixture.client.call(AT, 'slow', 1);
    await settle();
    expect(began).toEqual([0]);
    gates[0]?.open(0);
    gates[1]?.open(1);
    expect(await running).toBe(0);
    const { id = '' } = await taken;
    expect(await waiting).toBe(1);
    const shown = await ask(fixture, 'node.snapshot.show', { id });
    expect(shown.state).toEqual([{ key: 'slow 0', value: true }]);
    // The one that waited stood on disk by then, unfinished.
    expect(shown.counts).toMatchObject({ inbox: 1 });
    expect(await ask(fixture, 'all')).toEqual({ 'slow 0': true, 'slow 1': true });
  });

  it('is refused when the agent does not come to rest, which then goes on', async () => {
    const held = gate<JsonValue>();
    await using fixture = await withKeeper({
      intents: { hold: defineIntent({ summary: 'Holds.', handler: () => held.promise }) },
    });
    const holding = fixture.client.call(AT, 'hold', {}, { timeoutMs: 1e6 });
    await settle();
    const refusal = refusalOf(ask(fixture, 'snapshot'));
    const next = fixture.client.call(AT, 'put', { a: 1 }, { timeoutMs: 1e6 });
    await fixture.clock.advance(10_000);
    expect(await refusal).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/10 seconds/),
    });
    held.open('done');
    expect(await holding).toBe('done');
    expect(await next).toEqual({ keys: 1 });
    expect(await take(fixture)).toMatch(/^sha256-/);
  });

  it('ends with whoever asked for it: one that gave up holds nobody back', async () => {
    const held = gate<JsonValue>();
    await using fixture = await withKeeper({
      concurrency: 2,
      intents: { hold: defineIntent({ summary: 'Holds.', handler: () => held.promise }) },
    });
    const holding = fixture.client.call(AT, 'hold', {}, { timeoutMs: 1e6 });
    await settle();
    const stop = new AbortController();
    const refusal = refusalOf(fixture.client.call(AT, 'snapshot', {}, { signal: stop.signal }));
    await settle();
    const next = fixture.client.call(AT, 'put', { a: 1 });
    await settle();
    stop.abort();
    expect(await refusal).toMatchObject({ code: 'CANCELLED' });
    expect(await next).toEqual({ keys: 1 });
    held.open(1);
    await holding;
  });

  it('comes one after another when two are asked for at once', async () => {
    await using fixture = await withKeeper();
    await ask(fixture, 'put', { a: 1 });
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => ask(fixture, 'snapshot')));
    expect([two?.parent, three?.parent]).toEqual([one?.id, two?.id]);
  });

  it('needs a place for snapshots, and a real agent', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('keeper', 'keep', () => 1));
    expect(await refusalOf(ask(fixture, 'snapshot'))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'this node keeps no snapshots: it was started without a place for them',
    });
    expect(await refusalOf(ask(fixture, 'node.snapshots'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await refusalOf(fixture.client.call(NODE, 'snapshot'))).toMatchObject({ code: 'NO_ROUTE' });
  });
});

describe('comparing', () => {
  it('says what lies between two snapshots, and between one and now', async () => {
    await using fixture = await withKeeper();
    await ask(fixture, 'put', { a: 1, b: 2 });
    const from = await take(fixture);
    await ask(fixture, 'put', { a: 3, b: null, c: 'x'.repeat(5000) });
    const expected = {
      state: {
        added: [{ key: 'c', value: expect.stringMatching(/^"x{999}…$/) }],
        removed: [{ key: 'b', value: 2 }],
        changed: [{ key: 'a', before: 1, after: 3 }],
        more: 0,
      },
      version: null,
    };
    expect((await ask(fixture, 'node.snapshot.diff', { from, to: 'now' })).difference).toMatchObject(
      expected,
    );
    const to = await take(fixture);
    expect((await ask(fixture, 'node.snapshot.diff', { from, to })).difference).toMatchObject(expected);
    expect(await refusalOf(ask(fixture, 'node.snapshot.diff', { from, to: 'then' }))).toMatchObject({
      code: 'INVALID_PAYLOAD',
    });
  });
});
