import { type JsonValue, KaiError } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../src/index.ts';
import { agentOf, type Fixture, gate, refusalOf, settle, startFixture } from './node-fixture.ts';

const AT = 'kai://alice.hub.worker';

interface AgentView {
  readonly address: string;
  readonly health: string;
  readonly queue: number;
  readonly running: number;
  readonly handled: number;
  readonly failed: number;
  readonly lastError?: { readonly code: string; readonly message: string };
}

async function viewOf({ client }: Fixture, address = AT): Promise<AgentView> {
  const { agents } = (await client.call('kai://alice.hub', 'node.agents')) as unknown as {
    agents: AgentView[];
  };
  const found = agents.find((agent) => agent.address === address);
  if (found === undefined) throw new Error(`${address} is not here`);
  return found;
}

/** An agent whose handlers end when the test says so. */
function gated(concurrency: number) {
  const gates: ReturnType<typeof gate<JsonValue>>[] = [];
  const begun: JsonValue[] = [];
  const definition = agentOf(
    'worker',
    'work',
    (payload) => {
      const one = gate<JsonValue>();
      gates.push(one);
      begun.push(payload);
      return one.promise;
    },
    { concurrency },
  );
  return { definition, gates, begun };
}

describe('a cell at work', () => {
  it('handles one message at a time unless its definition says otherwise', async () => {
    await using fixture = await startFixture();
    const { definition, gates, begun } = gated(1);
    fixture.node.register(definition);
    const calls = [1, 2, 3].map((n) => fixture.client.call(AT, 'work', n));
    await settle();
    expect(begun).toEqual([1]);
    expect(await viewOf(fixture)).toMatchObject({ queue: 2, running: 1, health: 'busy' });
    gates[0]?.open('a');
    await settle();
    expect(begun).toEqual([1, 2]);
    gates[1]?.open('b');
    await settle();
    gates[2]?.open('c');
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c']);
    expect(await viewOf(fixture)).toMatchObject({ queue: 0, running: 0, health: 'alive', handled: 3 });
  });

  it('handles as many as it may, and the next when any of them ends', async () => {
    await using fixture = await startFixture();
    const { definition, gates, begun } = gated(3);
    fixture.node.register(definition);
    const calls = [1, 2, 3, 4, 5].map((n) => fixture.client.call(AT, 'work', n));
    await settle();
    expect(begun).toEqual([1, 2, 3]);
    gates[1]?.open(null);
    await settle();
    expect(begun).toEqual([1, 2, 3, 4]);
    for (const one of [0, 2, 3]) gates[one]?.open(null);
    await settle();
    gates[4]?.open(null);
    expect(await Promise.all(calls)).toHaveLength(5);
  });

  it('serves critical first, and sheds low first when it is full', async () => {
    await using fixture = await startFixture();
    const { definition, gates, begun } = gated(1);
    fixture.node.register({ ...definition, mailboxMax: 2 });
    const ask = (priority: 'low' | 'normal' | 'high' | 'critical') =>
      fixture.client.call(AT, 'work', priority, { priority });
    const first = ask('normal');
    await settle();
    const low = refusalOf(ask('low'));
    const kept = ask('normal');
    const critical = ask('critical');
    expect(await low).toMatchObject({ code: 'OVERLOADED', at: AT, retryable: true });
    expect(await refusalOf(ask('low'))).toMatchObject({ code: 'OVERLOADED' });
    for (let n = 0; n < 3; n += 1) {
      gates[n]?.open(n);
      await settle();
    }
    expect(begun).toEqual(['normal', 'critical', 'normal']);
    expect(await Promise.all([first, critical, kept])).toEqual([0, 1, 2]);
  });

  it('answers ping by itself', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('worker', 'work', () => 1));
    const pong = await fixture.client.call(AT, 'ping', { nonce: 'n' });
    expect(pong).toEqual({ nonce: 'n', incarnation: 1, load: expect.any(Number) });
  });

  it('takes the absence of an answer as null, and a reply says who served it and by which rule', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', (_, handling) => handling.route({ model: 'm', step: 1 })),
    );
    const reply = await fixture.client.request('kai://agent.worker', 'work');
    expect(reply).toMatchObject({ kind: 'reply', payload: null, intent: 'work', from: { text: AT } });
    expect(reply.context.route).toEqual({ rule: 'address', served: AT, model: 'm', step: 1 });
  });

  it('refuses a payload before it waits, with the place and the reason', async () => {
    await using fixture = await startFixture();
    const { definition, begun } = gated(1);
    const input = { type: 'object', properties: { list: { type: 'array', items: { type: 'number' } } } };
    const { work } = definition.intents ?? {};
    if (work === undefined) throw new Error('no intent');
    fixture.node.register({ ...definition, intents: { work: { ...work, input } } });
    const error = await refusalOf(fixture.client.call(AT, 'work', { list: [1, 'two'] }));
    expect(error).toMatchObject({ code: 'INVALID_PAYLOAD', at: AT });
    expect(error.details).toEqual({ misfits: [{ path: '/list/1', message: expect.any(String) }] });
    expect(begun).toEqual([]);
  });

  it('names what it takes to a sender who asks for something else', async () => {
    await using fixture = await startFixture();
    fixture.node.register({
      ...agentOf('worker', 'work', () => 1),
      intents: {
        'work.a': { summary: 'a', handler: () => 1 },
        'work.b': { summary: 'b', handler: () => 1 },
        'work.secret': { summary: 's', internal: true, handler: () => 1 },
      },
    });
    const { code, message } = await refusalOf(fixture.client.call(AT, 'work.c'));
    expect(code).toBe('NO_ROUTE');
    expect(message).toContain('it takes work.a, work.b');
    expect(message).not.toContain('secret');
  });
});

describe('a handler that fails', () => {
  const failing: [string, () => never | Promise<never> | AsyncGenerator<JsonValue>, string][] = [
    [
      'at once',
      () => {
        throw new Error('broken');
      },
      'broken',
    ],
    ['later', () => Promise.reject(new Error('broken')), 'broken'],
    [
      'in a stream',
      async function* () {
        yield 1;
        throw new Error('broken');
      },
      'broken',
    ],
    [
      'with a text',
      () => {
        throw 'just text';
      },
      'just text',
    ],
    ['with nothing', () => Promise.reject(undefined), 'undefined'],
    [
      'with something that has no text',
      () => {
        throw Object.create(null);
      },
      'has no text',
    ],
    [
      'from a thenable',
      () =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: what a foreign promise library may return
          then() {
            throw new Error('broken');
          },
        }) as never,
      'broken',
    ],
  ];

  it.each(failing)('%s fails its own message only', async (_, handler, reason) => {
    await using fixture = await startFixture();
    let isWell = false;
    fixture.node.register(agentOf('worker', 'work', () => (isWell ? 'well' : handler())));
    const error = await refusalOf(fixture.client.call(AT, 'work'));
    expect(error).toMatchObject({ code: 'AGENT_FAILED', at: AT, retryable: false });
    expect(error.message).toContain(reason);
    isWell = true;
    expect(await fixture.client.call(AT, 'work')).toBe('well');
    expect(await viewOf(fixture)).toMatchObject({ failed: 1, handled: 1, health: 'alive' });
    expect(fixture.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('chooses its code with a KaiError, which keeps what it says', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', () => {
        throw new KaiError('CONFLICT', 'taken already', { details: { by: 'x' }, retryable: true });
      }),
    );
    const error = await refusalOf(fixture.client.call(AT, 'work'));
    expect(error).toMatchObject({ code: 'CONFLICT', message: 'taken already', at: AT, retryable: true });
    expect(error.details).toEqual({ by: 'x' });
    expect(fixture.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await viewOf(fixture)).toMatchObject({
      lastError: { code: 'CONFLICT', message: 'taken already' },
    });
  });

  it('passes on who refused, when it was another', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', (_, handling) => handling.call('kai://alice.hub.gone', 'x')),
    );
    expect(await refusalOf(fixture.client.call(AT, 'work'))).toMatchObject({
      code: 'NO_ROUTE',
      at: 'kai://alice.hub',
    });
  });

  it('answers with something that has no JSON form: its sender is answered, also when everything is traced', async () => {
    await using fixture = await startFixture({ journal: 'all' });
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const odd: unknown[] = [circle, 1n, () => 1, { toJSON: () => circle }, Symbol('x')];
    fixture.node.register(
      agentOf('worker', 'work', (n) => odd[n as number] as JsonValue, { effect: 'write' }),
    );
    const follower = fixture.client.stream('kai://alice.hub', 'node.trace.follow', {}, { timeoutMs: 1e9 });
    const following = follower.next();
    await settle();
    for (const delivery of ['fast', 'durable'] as const) {
      for (const n of odd.keys()) {
        let isAnswered = false;
        const call = fixture.client.call(AT, 'work', n, { context: { delivery } });
        const note = (): void => {
          isAnswered = true;
        };
        call.then(note, note);
        await settle(10);
        expect([delivery, n, isAnswered]).toEqual([delivery, n, true]);
      }
    }
    await fixture.clock.advance(200);
    expect((await following).done).toBe(false);
    await follower.return(undefined as never);
  });

  it('is sent something that has no JSON form: its sender is answered', async () => {
    await using fixture = await startFixture({ journal: 'all' });
    fixture.node.register(agentOf('worker', 'work', () => 'fine'));
    const circle: Record<string, JsonValue> = {};
    circle.self = circle;
    expect(await fixture.client.call(AT, 'work', circle)).toBe('fine');
    fixture.client.send('kai://alice.hub.nobody', 'work', circle);
    await settle();
    expect(await fixture.store.readDead(5)).toHaveLength(1);
  });
});

describe('a handler that never ends', () => {
  async function withStuck(): Promise<Fixture> {
    const fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', (how) => (how === 'stuck' ? new Promise(() => {}) : how)),
    );
    fixture.node.register(agentOf('other', 'work', (payload) => payload));
    return fixture;
  }

  it('expires for its sender, and after a while gives its place to the next', async () => {
    await using fixture = await withStuck();
    const stuck = refusalOf(fixture.client.call(AT, 'work', 'stuck', { timeoutMs: 1000 }));
    const next = fixture.client.call(AT, 'work', 'next', { timeoutMs: 60_000 });
    await fixture.clock.advance(1000);
    expect(await stuck).toMatchObject({ code: 'EXPIRED', at: AT });
    expect(await viewOf(fixture)).toMatchObject({ running: 1, queue: 1 });
    expect(await fixture.client.call('kai://alice.hub.other', 'work', 'still here')).toBe('still here');
    await fixture.clock.advance(5000);
    expect(await next).toBe('next');
    expect(await viewOf(fixture)).toMatchObject({ health: 'suspect', running: 0 });
    expect(fixture.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('does not end') }),
    );
  });

  it('has the agent started anew after sixteen of them, and others go on', async () => {
    await using fixture = await withStuck();
    for (let n = 0; n < 16; n += 1) {
      const stuck = refusalOf(fixture.client.call(AT, 'work', 'stuck', { timeoutMs: 10 }));
      await fixture.clock.advance(5010);
      await stuck;
    }
    expect(await viewOf(fixture)).toMatchObject({
      health: 'suspect',
      lastError: { message: expect.stringContaining('never ended') },
    });
    const waiting = fixture.client.call(AT, 'work', 1);
    await fixture.clock.advance(200);
    expect(await waiting).toBe(1);
    expect(await viewOf(fixture)).toMatchObject({ health: 'alive' });
    expect(await fixture.client.call('kai://alice.hub.other', 'work', 1)).toBe(1);
  });

  it('is well again once its abandoned handlers end after all', async () => {
    await using fixture = await startFixture();
    const { definition, gates } = gated(1);
    fixture.node.register(definition);
    const stuck = refusalOf(fixture.client.call(AT, 'work', 1, { timeoutMs: 10 }));
    await fixture.clock.advance(5010);
    await stuck;
    expect(await viewOf(fixture)).toMatchObject({ health: 'suspect', running: 0 });
    gates[0]?.fail(new Error('late'));
    await settle();
    expect(await viewOf(fixture)).toMatchObject({ health: 'alive', running: 0, failed: 0 });
  });

  it('hears through its signal that nobody waits, and then ends without a failure', async () => {
    await using fixture = await startFixture();
    const heard: unknown[] = [];
    fixture.node.register(
      agentOf('worker', 'work', (_, { signal }) => {
        const { promise, fail } = gate();
        signal.addEventListener('abort', () => {
          heard.push(signal.reason);
          fail(signal.reason);
        });
        return promise;
      }),
    );
    const idle = fixture.clock.waiting;
    const abort = new AbortController();
    const cancelled = refusalOf(fixture.client.call(AT, 'work', {}, { signal: abort.signal }));
    await settle();
    abort.abort();
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    const expired = refusalOf(fixture.client.call(AT, 'work', {}, { timeoutMs: 100 }));
    await fixture.clock.advance(100);
    expect(await expired).toMatchObject({ code: 'EXPIRED' });
    expect(heard).toMatchObject([{ code: 'CANCELLED' }, { code: 'EXPIRED' }]);
    expect(await viewOf(fixture)).toMatchObject({ failed: 0, running: 0, health: 'alive' });
    expect(fixture.logged.filter(({ level }) => level === 'error')).toEqual([]);
    await fixture.clock.advance(10_000);
    expect(fixture.clock.waiting).toBe(idle);
  });

  it('is never begun when its sender has given up before', async () => {
    await using fixture = await startFixture();
    const { definition, begun } = gated(1);
    fixture.node.register(definition);
    const refused = await refusalOf(fixture.client.call(AT, 'work', 1, { signal: AbortSignal.abort() }));
    expect(refused).toMatchObject({ code: 'CANCELLED' });
    await settle();
    expect(begun).toEqual([]);
  });

  it('is not begun when its sender gives up while it waits', async () => {
    await using fixture = await startFixture();
    const { definition, gates, begun } = gated(1);
    fixture.node.register(definition);
    const first = fixture.client.call(AT, 'work', 1);
    const abort = new AbortController();
    const second = refusalOf(fixture.client.call(AT, 'work', 2, { signal: abort.signal }));
    await settle();
    abort.abort();
    expect(await second).toMatchObject({ code: 'CANCELLED' });
    gates[0]?.open('done');
    expect(await first).toBe('done');
    abort.abort();
    await settle();
    expect(begun).toEqual([1]);
  });
});

describe('failover between agents', () => {
  it('has the second handle it with its own handler', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', () => {
        throw new KaiError('OVERLOADED', 'later');
      }),
    );
    fixture.node.register(agentOf('spare', 'work', () => 'spare’s answer'));
    const rule = parseRule({ name: 'both', match: { to: AT }, failover: [AT, 'kai://alice.hub.spare'] }, 0);
    if (!rule.ok) throw new Error('a wrong rule');
    fixture.node.setRules([rule.rule]);
    const reply = await fixture.client.request(AT, 'work');
    expect(reply.payload).toBe('spare’s answer');
    expect(reply.context.route).toEqual({
      rule: 'both',
      served: 'kai://alice.hub.spare',
      tried: [{ at: AT, code: 'OVERLOADED' }],
    });
  });

  it('does not begin a stream anew that has begun', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', async function* () {
        yield 'half';
        throw new KaiError('UNAVAILABLE', 'broke off');
      }),
    );
    fixture.node.register(
      agentOf('spare', 'work', async function* () {
        yield 'whole';
      }),
    );
    const rule = parseRule({ name: 'both', match: { to: AT }, failover: [AT, 'kai://alice.hub.spare'] }, 0);
    if (!rule.ok) throw new Error('a wrong rule');
    fixture.node.setRules([rule.rule]);
    const parts: JsonValue[] = [];
    const reading = (async () => {
      for await (const part of fixture.client.stream(AT, 'work')) parts.push(part);
    })();
    expect(await refusalOf(reading)).toMatchObject({ code: 'UNAVAILABLE', message: 'broke off' });
    expect(parts).toEqual(['half']);
  });
});
