/**
 * What every adapter of the model port must do, whichever API it speaks. An adapter hands in a way to start a
 * stand-in of its server and a runtime that talks to it; time is virtual.
 */

import { KaiError } from '@kai/protocol';
import type { ChatEvent, ChatRequest, ModelRuntime } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import type { Script, ScriptStep } from './model-script.ts';
import type { StandInServer } from './stand-in-server.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface ModelSetting {
  readonly script: Script;
  readonly clock: VirtualClock;
  /** The stand-in writes in pieces of so many bytes. */
  readonly pieceBytes?: number;
}

export interface ModelAdapter {
  readonly name: string;
  /** Where the stand-in is asked for a chat. */
  readonly chatPath: string;
  /** Silence that the runtime must be started with, in milliseconds. */
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** Bytes that its API never sends within an answer. */
  readonly malformed: string;
  start(setting: ModelSetting): Promise<{ readonly standIn: StandInServer; readonly runtime: ModelRuntime }>;
}

const HELLO: ChatRequest = { turns: [{ role: 'user', text: 'Hello' }] };
const TOOLS = ['lamp', 'heater'].map((name) => ({
  name,
  description: `Sets the ${name}.`,
  parameters: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
}));
const UNICODE = 'Příliš žluťoučký kůň 🐎 👩‍👩‍👧 日本語 \u0000 " \\ \n e\u0301';

export function modelContract(adapter: ModelAdapter): void {
  const started = async (steps: readonly ScriptStep[], pieceBytes?: number) => {
    const clock = new VirtualClock();
    const setting = { script: () => steps, clock, ...(pieceBytes === undefined ? {} : { pieceBytes }) };
    const { standIn, runtime } = await adapter.start(setting);
    return { standIn, runtime, clock, [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose]() };
  };
  const eventsOf = async (steps: readonly ScriptStep[], request = HELLO, pieceBytes?: number) => {
    await using server = await started(steps, pieceBytes);
    return await readAll(server.runtime.chat(request, new AbortController().signal));
  };
  const failureOf = async (steps: readonly ScriptStep[], request = HELLO) => {
    await using server = await started(steps);
    return await failure(server.runtime.chat(request, new AbortController().signal));
  };

  describe(`${adapter.name} answers`, () => {
    it('with text as it comes, and one end', async () => {
      const steps: ScriptStep[] = [
        { kind: 'text', text: 'Hel' },
        { kind: 'text', text: 'lo' },
        { kind: 'end', tokens: 2 },
      ];
      expect(await eventsOf(steps)).toEqual([
        { kind: 'text', text: 'Hel' },
        { kind: 'text', text: 'lo' },
        { kind: 'end', reason: 'stop', tokens: 2 },
      ]);
    });

    it('with nothing but an end', async () => {
      expect(await eventsOf([{ kind: 'end' }])).toMatchObject([{ kind: 'end', reason: 'stop' }]);
      expect(await eventsOf([{ kind: 'text', text: '' }, { kind: 'end' }])).toHaveLength(1);
    });

    it('with why it stopped short', async () => {
      const events = await eventsOf([
        { kind: 'text', text: 'a' },
        { kind: 'end', reason: 'length' },
      ]);
      expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'length' });
    });

    it('with any character, whole, when its bytes come one by one', async () => {
      const call = { kind: 'call', id: 'c1', tool: 'lamp', args: { note: UNICODE } } as const;
      const steps: ScriptStep[] = [...UNICODE].map((text) => ({ kind: 'text', text }));
      const events = await eventsOf([...steps, call, { kind: 'end' }], { ...HELLO, tools: TOOLS }, 1);
      expect(events.map((event) => (event.kind === 'text' ? event.text : '')).join('')).toBe(UNICODE);
      expect(events).toContainEqual({
        kind: 'call',
        call: { id: 'c1', tool: 'lamp', args: { note: UNICODE } },
      });
    });

    it('with calls side by side, each with an id of its own', async () => {
      const events = await eventsOf(
        [
          { kind: 'text', text: 'Well.' },
          { kind: 'call', tool: 'lamp', args: { on: true } },
          { kind: 'call', tool: 'heater', args: { on: false, deep: [{ a: null }] } },
          { kind: 'call', tool: 'lamp', args: {} },
          { kind: 'end' },
        ],
        { ...HELLO, tools: TOOLS },
      );
      const calls = events.flatMap((event) => (event.kind === 'call' ? [event.call] : []));
      expect(calls.map(({ tool, args }) => [tool, args])).toEqual([
        ['lamp', { on: true }],
        ['heater', { on: false, deep: [{ a: null }] }],
        ['lamp', {}],
      ]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
      expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'calls' });
    });

    it('a whole conversation with calls and their results', async () => {
      const request: ChatRequest = {
        turns: [
          { role: 'system', text: 'Be brief.' },
          { role: 'user', text: 'Light and heat, please.' },
          {
            role: 'assistant',
            text: '',
            calls: [
              { id: 'c1', tool: 'lamp', args: { on: true } },
              { id: 'c2', tool: 'heater', args: {} },
            ],
          },
          { role: 'tool', callId: 'c1', tool: 'lamp', text: 'done' },
          { role: 'tool', callId: 'c2', tool: 'heater', text: '' },
          { role: 'assistant', text: 'Both are on.', calls: [] },
          { role: 'assistant', text: '' },
          { role: 'user', text: 'Thanks' },
        ],
        tools: TOOLS,
        tokensMax: 20,
      };
      expect(await eventsOf([{ kind: 'text', text: 'Yes.' }, { kind: 'end' }], request)).toHaveLength(2);
    });

    it('several chats side by side', async () => {
      await using server = await started([{ kind: 'text', text: 'a' }, { kind: 'end' }]);
      const chats = Array.from({ length: 8 }, () =>
        readAll(server.runtime.chat(HELLO, new AbortController().signal)),
      );
      for (const events of await Promise.all(chats)) expect(events).toHaveLength(2);
    });
  });

  describe(`${adapter.name} stops`, () => {
    const endless: ScriptStep[] = [{ kind: 'text', text: 'a' }, { kind: 'hang' }];

    it('when the caller takes the request back, and the server sees it', async () => {
      await using server = await started(endless);
      const abort = new AbortController();
      const answer = server.runtime.chat(HELLO, abort.signal)[Symbol.asyncIterator]();
      expect(await answer.next()).toMatchObject({ value: { kind: 'text' } });
      const next = answer.next();
      abort.abort(new Error('enough'));
      await expect(next).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await answer.next()).toMatchObject({ done: true });
      await server.standIn.clientLeft();
      expect(server.clock.waiting).toBe(0);
    });

    it('with the reason of the caller, when that is an error of the catalogue', async () => {
      await using server = await started(endless);
      const abort = new AbortController();
      abort.abort(new KaiError('EXPIRED', 'too late'));
      expect(await failure(server.runtime.chat(HELLO, abort.signal))).toMatchObject({ code: 'EXPIRED' });
      expect(server.standIn.requests).toEqual([]);
    });

    it('while it waits for the first byte', async () => {
      await using server = await started([{ kind: 'wait', until: new Promise(() => undefined) }]);
      const abort = new AbortController();
      const failed = failure(server.runtime.chat(HELLO, abort.signal));
      await server.standIn.asked(adapter.chatPath);
      abort.abort();
      expect(await failed).toMatchObject({ code: 'CANCELLED' });
      await server.standIn.clientLeft();
    });

    it('when nobody reads on', async () => {
      await using server = await started(endless);
      for await (const event of server.runtime.chat(HELLO, new AbortController().signal)) {
        expect(event.kind).toBe('text');
        break;
      }
      await server.standIn.clientLeft();
      expect(server.clock.waiting).toBe(0);
    });

    it('when the server is silent before the first byte', async () => {
      await using server = await started([{ kind: 'wait', until: new Promise(() => undefined) }]);
      const failed = failure(server.runtime.chat(HELLO, new AbortController().signal));
      await server.standIn.asked(adapter.chatPath);
      await server.clock.advance(adapter.firstByteMs + 1);
      expect(await failed).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await server.standIn.clientLeft();
    });

    it('not because its reader takes long', async () => {
      let goOn = () => {};
      const until = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await using server = await started([
        { kind: 'text', text: 'a' },
        { kind: 'wait', until },
        { kind: 'text', text: 'b' },
        { kind: 'end' },
      ]);
      const answer = server.runtime.chat(HELLO, new AbortController().signal)[Symbol.asyncIterator]();
      expect(await answer.next()).toMatchObject({ value: { text: 'a' } });
      await server.clock.advance(3 * adapter.idleMs);
      goOn();
      expect(await answer.next()).toMatchObject({ value: { text: 'b' } });
      expect(await answer.next()).toMatchObject({ value: { kind: 'end' } });
      expect(await answer.next()).toMatchObject({ done: true });
    });

    it('when the server is silent in the midst of an answer, and not sooner', async () => {
      await using server = await started(endless);
      const answer = server.runtime.chat(HELLO, new AbortController().signal)[Symbol.asyncIterator]();
      expect(await answer.next()).toMatchObject({ value: { kind: 'text' } });
      const next = failed(answer.next());
      await server.clock.advance(adapter.idleMs - 1);
      expect(server.standIn.left).toBe(0);
      await server.clock.advance(1);
      expect(await next).toMatchObject({ code: 'UNAVAILABLE' });
      await server.standIn.clientLeft();
    });
  });

  describe(`${adapter.name} refuses`, () => {
    it.each([
      [400, 'context too long', 'INVALID_PAYLOAD', false],
      [401, 'no', 'UNAUTHORIZED', false],
      [403, 'no', 'UNAUTHORIZED', false],
      [404, 'model "x" not found', 'UNAVAILABLE', false],
      [413, 'too large', 'INVALID_PAYLOAD', false],
      [422, 'unfit', 'INVALID_PAYLOAD', false],
      [429, 'slow down', 'OVERLOADED', true],
      [500, 'boom', 'UNAVAILABLE', true],
      [501, 'not here', 'INVALID_PAYLOAD', false],
      [502, '', 'UNAVAILABLE', true],
      [503, 'Loading model', 'UNAVAILABLE', true],
      [503, 'server busy, please try again.  maximum pending requests exceeded', 'OVERLOADED', true],
    ])('with the code for status %i (%s)', async (status, message, code, retryable) => {
      const error = await failureOf([{ kind: 'refuse', status, message }]);
      expect(error).toMatchObject({ code, retryable, details: { status } });
      expect(error.message).toContain(message.replaceAll('"', '\\"'));
    });

    it('whatever the body of the refusal is', async () => {
      for (const body of [
        '',
        'plain words',
        '<html>x</html>',
        '"\\"deep\\""',
        '[]',
        '{"error":null}',
        '{"detail":[{"msg":"m"}]}',
        '\u0000\uffff',
        'x'.repeat(100_000),
      ]) {
        const error = await failureOf([{ kind: 'refuse', status: 400, body }]);
        expect(error.code, body.slice(0, 20)).toBe('INVALID_PAYLOAD');
        expect(error.message.length).toBeLessThan(1_000);
      }
    });

    it('how long to wait, when the server says it', async () => {
      const error = await failureOf([{ kind: 'refuse', status: 429, headers: { 'retry-after': '7' } }]);
      expect(error.details).toEqual({ status: 429, retryAfterMs: 7_000 });
    });

    it('a redirect', async () => {
      const headers = { location: 'https://elsewhere.example/x?secret=1' };
      for (const status of [301, 302, 307, 308]) {
        const error = await failureOf([{ kind: 'refuse', status, headers }]);
        expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: false });
        expect(error.message).toContain('https://elsewhere.example/x');
        expect(error.message).not.toContain('secret');
      }
    });

    it('what another kind of server says', async () => {
      const steps: ScriptStep[] = [
        { kind: 'refuse', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      ];
      const error = await failureOf(steps);
      expect(error.code).toBe('UNAVAILABLE');
      expect(error.message).toContain('text/html');
    });

    it('when nobody listens, with what to do', async () => {
      const server = await started([]);
      await server.standIn[Symbol.asyncDispose]();
      const error = await failure(server.runtime.chat(HELLO, new AbortController().signal));
      expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      expect(error.message).toContain(server.runtime.where);
      expect(error.message).toContain('ECONNREFUSED');
      expect(await server.runtime.health(new AbortController().signal)).toMatchObject({ ready: false });
    });

    it.each<[string, ScriptStep[], string]>([
      ['an error', [{ kind: 'error', message: 'out of memory' }], 'out of memory'],
      ['a broken connection', [{ kind: 'cut' }], 'cut'],
      ['a closed connection', [], 'cut'],
      [
        'an error after calls',
        [
          { kind: 'call', tool: 'lamp', args: {} },
          { kind: 'error', message: 'boom' },
        ],
        'boom',
      ],
      ['garbage', [{ kind: 'raw', text: adapter.malformed }], 'no JSON object'],
      ['a line without end', [{ kind: 'raw', text: `data: ${'x'.repeat(1_100_000)}` }], '1048576'],
    ])('to end silently after %s', async (_what, steps, message) => {
      await using server = await started([{ kind: 'text', text: 'kept' }, ...steps]);
      const seen: ChatEvent[] = [];
      const error = await failure(server.runtime.chat(HELLO, new AbortController().signal), seen);
      expect(seen[0]).toEqual({ kind: 'text', text: 'kept' });
      expect(seen.some(({ kind }) => kind === 'end')).toBe(false);
      expect(error.code).toBe('UNAVAILABLE');
      expect(error.message).toContain(message);
      expect(server.clock.waiting).toBe(0);
    });

    it('an answer without bounds', async () => {
      const text = 'x'.repeat(1_000_000);
      const steps = Array.from({ length: 20 }, (): ScriptStep => ({ kind: 'text', text }));
      expect((await failureOf([...steps, { kind: 'end' }])).message).toContain('16777216');
    });
  });

  describe(`${adapter.name} embeds`, () => {
    const signal = new AbortController().signal;

    it('each text as a vector of one length, in order, however many', async () => {
      await using server = await started([]);
      const texts = Array.from({ length: 150 }, (_, index) => `text ${index} ${UNICODE}`);
      const vectors = (await server.runtime.embed?.(texts, signal)) ?? [];
      expect(vectors).toHaveLength(150);
      expect(new Set(vectors.map((vector) => vector.length))).toEqual(new Set([8]));
      for (const place of [0, 64, 149]) {
        const [alone] = (await server.runtime.embed?.([texts[place] ?? ''], signal)) ?? [];
        expect(vectors[place]).toEqual(alone);
        expect(alone).toBeInstanceOf(Float32Array);
      }
      expect(vectors[0]).not.toEqual(vectors[1]);
    });

    it('nothing for nothing', async () => {
      await using server = await started([]);
      expect(await server.runtime.embed?.([], signal)).toEqual([]);
    });
  });

  it(`${adapter.name} says who it is and how it is`, async () => {
    await using server = await started([]);
    const { runtime } = server;
    expect(runtime.where).toContain(server.standIn.url);
    expect(runtime.reach).toBe('device');
    const health = await runtime.health(new AbortController().signal);
    expect(health).toMatchObject({ ready: true });
    expect(health.detail).toContain(runtime.model);
    await expect(runtime.health(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
}

async function readAll(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const seen: ChatEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** How a chat fails. What came before goes into `seen`. */
async function failure(events: AsyncIterable<ChatEvent>, seen: ChatEvent[] = []): Promise<KaiError> {
  return await failed(
    (async () => {
      for await (const event of events) seen.push(event);
    })(),
  );
}

async function failed(promise: Promise<unknown>): Promise<KaiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KaiError) return error;
  throw new Error(`a KaiError was expected; got ${String(error)}`, { cause: error });
}
