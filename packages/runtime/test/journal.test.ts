import type { JsonValue } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../src/ports/index.ts';
import { heapUsed } from './heap-used.ts';
import { agentOf, type Fixture, refusalOf, settle, startFixture } from './node-fixture.ts';

const AT = 'kai://alice.hub.worker';

async function journalOf({ store }: Fixture): Promise<readonly JournalEntry[]> {
  return [...(await store.readJournal({ limit: 1000 }))].reverse();
}

async function traceOf({ client }: Fixture, query: Record<string, JsonValue> = {}): Promise<JournalEntry[]> {
  const { entries } = (await client.call('kai://alice.hub', 'node.trace', query)) as never as {
    entries: JournalEntry[];
  };
  return entries.filter(({ intent }) => intent !== 'node.trace').reverse();
}

function worker(effect: 'read' | 'write') {
  return agentOf(
    'worker',
    'work',
    (payload) => {
      if (payload === 'fail') throw new Error('broken');
      return { done: payload };
    },
    { effect },
  );
}

describe('the journal', () => {
  it.each<['read' | 'write', 'fast' | 'durable' | undefined, 'durable' | 'all', boolean]>([
    ['read', undefined, 'durable', false],
    ['write', undefined, 'durable', true],
    ['read', 'durable', 'durable', true],
    ['write', 'fast', 'durable', false],
    ['read', undefined, 'all', true],
    ['write', 'fast', 'all', true],
    ['write', undefined, 'all', true],
  ])(
    'of an intent that %ss, sent %s, on a node that keeps %s: %s',
    async (effect, delivery, journal, kept) => {
      await using fixture = await startFixture({ journal });
      fixture.node.register(worker(effect));
      const context = delivery === undefined ? {} : { delivery };
      const reply = await fixture.client.request(AT, 'work', 1, { context });
      await refusalOf(fixture.client.request(AT, 'work', 'fail', { context }));
      await settle();
      const entries = await journalOf(fixture);
      expect(entries.map(({ outcome }) => outcome)).toEqual(
        kept ? ['admitted', 'replied', 'admitted', 'failed'] : [],
      );
      if (!kept) return;
      expect(entries[0]).toMatchObject({
        id: reply.re,
        kind: 'request',
        to: AT,
        intent: 'work',
        payload: '1',
      });
      expect(entries[1]).toMatchObject({ id: reply.id, re: reply.re, kind: 'reply', payload: '{"done":1}' });
      expect(entries[3]).toMatchObject({ note: expect.stringContaining('AGENT_FAILED'), payload: '"fail"' });
      expect(new Set(entries.slice(0, 2).map(({ trace }) => trace)).size).toBe(1);
    },
  );

  it('has a durable reply on disk when its sender hears of it', async () => {
    await using fixture = await startFixture();
    fixture.node.register(worker('write'));
    const { id } = await fixture.client.request(AT, 'work', 1);
    const entries = await fixture.store.readJournal({ limit: 10 });
    expect(entries.map((entry) => entry.id)).toContain(id);
  });
});

describe('the trace', () => {
  it('tells what happened to messages, with the rule and the time it took', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', async (_, { clock }) => {
        await new Promise<void>((resolve) => clock.after(30, resolve));
        return 'done';
      }),
    );
    const call = fixture.client.call(AT, 'work', { a: 1 });
    await fixture.clock.advance(30);
    await call;
    await refusalOf(fixture.client.call('kai://alice.hub.nobody', 'work'));
    fixture.client.publish('tasks:a.b', 'happened', 7);
    expect(await traceOf(fixture)).toMatchObject([
      { outcome: 'admitted', note: 'address', to: AT, payload: '{"a":1}', tookMs: 0 },
      { outcome: 'replied', note: 'address', from: AT, payload: '"done"', tookMs: 30 },
      { outcome: 'refused', note: expect.stringContaining('NO_ROUTE') },
      { outcome: 'published', to: 'tasks:a.b', note: '0 hear it', payload: '7' },
    ]);
  });

  it('finds by what is in it, and shows one trace whole', async () => {
    await using fixture = await startFixture();
    fixture.node.register(worker('read'));
    fixture.node.register(agentOf('front', 'ask', (_, handling) => handling.call(AT, 'work', 1)));
    await fixture.client.call(AT, 'work', 0);
    await fixture.client.call('kai://alice.hub.front', 'ask');
    const [first] = await traceOf(fixture, { containing: 'front' });
    const shown = (await fixture.client.call('kai://alice.hub', 'node.trace.show', {
      trace: first?.trace ?? '',
    })) as never as { entries: JournalEntry[] };
    expect(shown.entries.map(({ outcome, intent }) => [outcome, intent])).toEqual([
      ['admitted', 'ask'],
      ['admitted', 'work'],
      ['replied', 'work'],
      ['replied', 'ask'],
    ]);
  });

  it('keeps the newest entries only', async () => {
    await using fixture = await startFixture({ traceEntries: 10 });
    fixture.node.register(worker('read'));
    for (let n = 0; n < 50; n += 1) await fixture.client.call(AT, 'work', n);
    const entries = await traceOf(fixture, { limit: 1000 });
    expect(entries.length).toBeLessThanOrEqual(10);
    expect(entries.at(-1)?.payload).toBe('{"done":49}');
  });

  it('cuts a large payload, and does not hold on to it', async () => {
    await using fixture = await startFixture();
    let large: WeakRef<object> | undefined;
    fixture.node.register(agentOf('worker', 'work', () => 1));
    await (async () => {
      const payload = { text: 'x'.repeat(100_000) };
      large = new WeakRef(payload);
      await fixture.client.call(AT, 'work', payload);
    })();
    const [entry] = await traceOf(fixture);
    expect(entry?.payload).toHaveLength(4097);
    expect(entry?.payload.endsWith('…')).toBe(true);
    await settle();
    heapUsed();
    await settle();
    heapUsed();
    expect(large?.deref()).toBeUndefined();
  });

  it('is followed from now on, in order, without the follower’s own entries', async () => {
    await using fixture = await startFixture();
    fixture.node.register(worker('read'));
    await fixture.client.call(AT, 'work', 'before');
    const stream = fixture.client.stream(
      'kai://alice.hub',
      'node.trace.follow',
      { containing: AT },
      { timeoutMs: 1e9 },
    );
    const first = stream.next();
    await settle();
    for (let n = 0; n < 3; n += 1) await fixture.client.call(AT, 'work', n);
    await fixture.clock.advance(200);
    const { value } = await first;
    const { entries, missed } = value as never as { entries: JournalEntry[]; missed: number };
    expect(missed).toBe(0);
    expect(entries.map(({ payload }) => payload)).toEqual([
      '0',
      '{"done":0}',
      '1',
      '{"done":1}',
      '2',
      '{"done":2}',
    ]);
    await stream.return(undefined as never);
    await fixture.clock.advance(1000);
  });

  it('counts what a follower who is behind has missed', async () => {
    await using fixture = await startFixture();
    fixture.node.register(worker('read'));
    const stream = fixture.client.stream('kai://alice.hub', 'node.trace.follow', {}, { timeoutMs: 1e9 });
    const first = stream.next();
    await settle();
    for (let n = 0; n < 600; n += 1) await fixture.client.call(AT, 'work', n);
    await fixture.clock.advance(200);
    const { entries, missed } = (await first).value as never as { entries: JournalEntry[]; missed: number };
    expect(entries).toHaveLength(1000);
    expect(missed).toBe(200);
    await stream.return(undefined as never);
  });

  it('is nothing when it is switched off', async () => {
    await using fixture = await startFixture({ traceEntries: 0 });
    fixture.node.register(worker('read'));
    await fixture.client.call(AT, 'work', 1);
    expect(await traceOf(fixture)).toEqual([]);
  });
});

describe('dead letters', () => {
  it.each<[string, string, string, string]>([
    ['to nobody', 'kai://alice.hub.nobody', 'work', 'NO_ROUTE'],
    ['to nobody of a service', 'kai://agent.nothing', 'work', 'NO_ROUTE'],
    ['to another node', 'kai://bob.hub.x', 'work', 'UNREACHABLE'],
    ['that are not understood', AT, 'unknown', 'NO_ROUTE'],
    ['whose handler fails', AT, 'work', 'AGENT_FAILED'],
  ])('are events %s, whole and with the reason', async (_, to, intent, code) => {
    await using fixture = await startFixture();
    fixture.node.register(worker('read'));
    fixture.client.send(to, intent, 'fail', { context: { extra: 1 }, priority: 'high' });
    await settle();
    const { letters } = (await fixture.client.call('kai://alice.hub', 'node.dead')) as never as {
      letters: { code: string; reason: string; message: string }[];
    };
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ code, reason: expect.stringMatching(/\w/) });
    expect(JSON.parse(letters[0]?.message ?? '')).toMatchObject({
      to,
      intent,
      payload: 'fail',
      priority: 'high',
      kind: 'event',
      context: { extra: 1 },
      from: fixture.client.address.text,
    });
  });

  it('are none of a request, whose sender was told', async () => {
    await using fixture = await startFixture();
    fixture.node.register(worker('read'));
    await refusalOf(fixture.client.call(AT, 'work', 'fail'));
    await settle();
    expect(await fixture.store.readDead(10)).toEqual([]);
  });

  it('are what a full mailbox refuses or sheds', async () => {
    await using fixture = await startFixture();
    fixture.node.register({ ...agentOf('worker', 'work', () => new Promise(() => {})), mailboxMax: 2 });
    for (const n of [0, 1, 2, 3]) fixture.client.send(AT, 'work', n, { priority: n === 3 ? 'high' : 'low' });
    await settle();
    const letters = await fixture.store.readDead(10);
    expect(letters.map(({ code }) => code)).toEqual(['OVERLOADED', 'OVERLOADED']);
  });
});
