import type { JsonValue, Message } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { CHUNKS_WAITING_MAX, type MessageHandling, parseRule } from '../src/index.ts';
import { agentOf, type Fixture, gate, refusalOf, settle, startFixture } from './node-fixture.ts';

const AT = 'kai://alice.hub.source';

type Flow = (
  payload: JsonValue,
  handling: MessageHandling,
) => AsyncGenerator<JsonValue, JsonValue | undefined>;

async function withSource(flow: Flow): Promise<Fixture> {
  const fixture = await startFixture();
  fixture.node.register(agentOf('source', 'flow', flow, { concurrency: 10 }));
  return fixture;
}

async function readAll(
  stream: AsyncGenerator<JsonValue, Message>,
): Promise<{ parts: JsonValue[]; reply: Message }> {
  const parts: JsonValue[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { parts, reply: next.value };
    parts.push(next.value);
  }
}

describe('a streamed answer', () => {
  it('comes in order, and closes with a reply that says who served it', async () => {
    await using fixture = await withSource(async function* (_, handling) {
      for (let n = 0; n < 500; n += 1) yield n;
      handling.route({ model: 'm' });
      return 'the end';
    });
    const { parts, reply } = await readAll(fixture.client.stream(AT, 'flow'));
    expect(parts).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(reply).toMatchObject({
      payload: 'the end',
      context: { route: { rule: 'address', served: AT, model: 'm' } },
    });
  });

  it('may have no parts at all, or come from a handler that does not stream', async () => {
    await using fixture = await withSource(async function* () {
      yield* [];
      return 'only this';
    });
    fixture.node.register(agentOf('plain', 'flow', () => 'plain'));
    expect(await readAll(fixture.client.stream(AT, 'flow'))).toMatchObject({
      parts: [],
      reply: { payload: 'only this' },
    });
    const plain = await readAll(fixture.client.stream('kai://alice.hub.plain', 'flow'));
    expect(plain).toMatchObject({ parts: [], reply: { payload: 'plain' } });
  });

  it('gives only its end to a sender who wants no parts', async () => {
    await using fixture = await withSource(async function* () {
      for (let n = 0; n < 10_000; n += 1) yield n;
      return 'the end';
    });
    expect(await fixture.client.call(AT, 'flow')).toBe('the end');
  });

  it('pauses while its reader is slow, and goes on when it reads', async () => {
    let made = 0;
    await using fixture = await withSource(async function* () {
      for (; made < 1000; made += 1) yield made;
      return undefined;
    });
    const stream = fixture.client.stream(AT, 'flow', {}, { timeoutMs: 1e9 });
    expect((await stream.next()).value).toBe(0);
    await settle(50);
    expect(made).toBeLessThan(100);
    const before = made;
    for (let n = 1; n <= 80; n += 1) expect((await stream.next()).value).toBe(n);
    await settle(50);
    expect(made).toBeGreaterThan(before);
    expect(made).toBeLessThan(200);
    const { parts } = await readAll(stream);
    expect(parts.at(-1)).toBe(999);
  });

  it('of everybody at once is refused to a reader who lets too many wait', async () => {
    await using fixture = await startFixture();
    const count = CHUNKS_WAITING_MAX + 10;
    const definition = agentOf('member', 'flow', (_, { self }) => self.text);
    for (let n = 0; n < count; n += 1) fixture.node.register(definition, { name: `member-${n}` });
    const rule = parseRule(
      { name: 'all', service: 'member', strategy: 'broadcast', match: { intent: 'flow' } },
      0,
    );
    if (!rule.ok) throw new Error('a wrong rule');
    fixture.node.setRules([rule.rule]);
    const stream = fixture.client.stream('kai://agent.member', 'flow', {}, { timeoutMs: 1e9 });
    await stream.next();
    await settle(100);
    expect(await refusalOf(readAll(stream))).toMatchObject({ code: 'OVERLOADED' });
  });

  it('is cancelled by leaving the loop, which runs its finally and commits nothing', async () => {
    let isClosed = false;
    let signal: AbortSignal | undefined;
    await using fixture = await withSource(async function* (_, handling) {
      signal = handling.signal;
      handling.state.set('begun', true);
      try {
        for (let n = 0; ; n += 1) yield n;
      } finally {
        isClosed = true;
      }
    });
    for await (const part of fixture.client.stream(AT, 'flow')) if (part === 3) break;
    await settle();
    expect(isClosed).toBe(true);
    expect(signal?.reason).toMatchObject({ code: 'CANCELLED' });
    expect((await fixture.store.loadAgent(AT)).state).toEqual(new Map());
    expect(fixture.logged.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('ends with an error that comes in the middle, after the parts before it', async () => {
    await using fixture = await withSource(async function* () {
      yield 1;
      yield 2;
      throw new Error('broken off');
    });
    const stream = fixture.client.stream(AT, 'flow');
    expect((await stream.next()).value).toBe(1);
    expect((await stream.next()).value).toBe(2);
    expect(await refusalOf(stream.next())).toMatchObject({ code: 'AGENT_FAILED', at: AT });
  });

  it('expires in the middle', async () => {
    await using fixture = await withSource(async function* (_, { clock }) {
      for (let n = 0; ; n += 1) {
        yield n;
        await new Promise<void>((resolve) => clock.after(100, resolve));
      }
    });
    const reading = readAll(fixture.client.stream(AT, 'flow', {}, { timeoutMs: 350 }));
    const refused = refusalOf(reading);
    await fixture.clock.advance(350);
    expect(await refused).toMatchObject({ code: 'EXPIRED' });
  });

  it.each(['before', 'while', 'after'] as const)(
    'is taken back by a signal that aborts %s it comes',
    async (when) => {
      let begun = 0;
      await using fixture = await withSource(async function* (_, { signal }) {
        begun += 1;
        yield 1;
        if (when === 'while')
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return 'the end';
      });
      const abort = new AbortController();
      if (when === 'before') abort.abort();
      const stream = fixture.client.stream(AT, 'flow', {}, { signal: abort.signal });
      if (when === 'before') expect(await refusalOf(stream.next())).toMatchObject({ code: 'CANCELLED' });
      else await stream.next();
      if (when === 'while') {
        const refused = refusalOf(stream.next());
        abort.abort();
        expect(await refused).toMatchObject({ code: 'CANCELLED' });
      }
      if (when === 'after') {
        expect((await stream.next()).value).toMatchObject({ payload: 'the end' });
        abort.abort();
      }
      expect(begun).toBe(when === 'before' ? 0 : 1);
    },
  );

  it('is not begun before its first part is asked for', async () => {
    let begun = 0;
    await using fixture = await withSource(async function* () {
      begun += 1;
      yield* [];
      return undefined;
    });
    const stream = fixture.client.stream(AT, 'flow');
    await settle();
    expect(begun).toBe(0);
    await stream.return(undefined as never);
    await settle();
    expect(begun).toBe(0);
  });

  it('passes through agents that stream on, and cancelling goes all the way back', async () => {
    let isClosed = false;
    await using fixture = await withSource(async function* () {
      try {
        for (let n = 0; ; n += 1) yield n;
      } finally {
        isClosed = true;
      }
    });
    fixture.node.register(
      agentOf('relay', 'flow', async function* (_, handling) {
        for await (const part of handling.stream(AT, 'flow')) yield (part as number) * 2;
      }),
    );
    const seen: JsonValue[] = [];
    for await (const part of fixture.client.stream('kai://alice.hub.relay', 'flow')) {
      seen.push(part);
      if (seen.length === 100) break;
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n * 2));
    await settle(20);
    expect(isClosed).toBe(true);
  });

  it('that waits for something gives its place up when it does not end', async () => {
    const never = gate();
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('source', 'flow', async function* (how) {
        yield 1;
        if (how === 'stuck') await never.promise;
      }),
    );
    for await (const _ of fixture.client.stream(AT, 'flow', 'stuck')) break;
    const next = fixture.client.call(AT, 'flow', 'well', { timeoutMs: 60_000 });
    await fixture.clock.advance(5_000);
    expect(await next).toBe(null);
  });
});
