import { inspect } from 'node:util';
import { type OpenAiStandInOptions, type ScriptStep, startOpenAiStandIn, VirtualClock } from '@kai/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallAssembly } from '../src/openai-compatible/calls.ts';
import { type OpenAiOptions, openAiRuntime } from '../src/openai-compatible/index.ts';
import { HELLO, readAll, refusalBy } from './reading.ts';

const clock = new VirtualClock();
const signal = new AbortController().signal;
const YES: readonly ScriptStep[] = [{ kind: 'text', text: 'yes' }, { kind: 'end' }];
const base = { clock, name: 'desk', model: 'small' };

async function started(
  steps = YES,
  options: Partial<OpenAiOptions> = {},
  served: Partial<OpenAiStandInOptions> = {},
) {
  const standIn = await startOpenAiStandIn({ models: ['small'], script: () => steps, ...served });
  const runtime = openAiRuntime({ ...base, url: standIn.url, ...options });
  return { standIn, runtime, [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose]() };
}

const chunk = (choice: unknown): ScriptStep => ({
  kind: 'raw',
  text: `data: ${JSON.stringify({ choices: [choice] })}\n\n`,
});

describe('the address', () => {
  it('gets /v1 when it has no path, and is taken as it is when it has one', () => {
    for (const [url, where] of [
      ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1'],
      ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/v1'],
      ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080/v1'],
      ['https://openrouter.ai/api/v1/', 'https://openrouter.ai/api/v1'],
    ] as const) {
      expect(openAiRuntime({ ...base, url }).where).toBe(where);
    }
  });

  it('is refused when it is none, holds credentials, or reaches further than said', () => {
    for (const url of [
      '',
      'desk',
      'ftp://x',
      'file:///etc/passwd',
      'http://me:hunter2@x/v1',
      'http://x/v1?key=hunter2',
      'http://x/v1#hunter2',
    ]) {
      const construct = () => openAiRuntime({ ...base, url });
      expect(construct, url).toThrow(TypeError);
      expect(construct, url).not.toThrow(/hunter2/);
    }
    const url = 'https://api.example.com';
    expect(() => openAiRuntime({ ...base, url, reach: 'device' })).toThrow(/must be lan, org or public/);
    expect(openAiRuntime({ ...base, url, reach: 'org' }).reach).toBe('org');
    expect(openAiRuntime({ ...base, url }).reach).toBe('public');
    expect(openAiRuntime({ ...base, url: 'http://127.0.0.1:1', reach: 'public' }).reach).toBe('public');
    expect(openAiRuntime({ ...base, url }).embed).toBeUndefined();
  });
});

describe('the key', () => {
  const KEY = 'sk-very-secret-0123456789';
  const everything = (value: unknown) =>
    inspect(value, { depth: null, showHidden: true }) + JSON.stringify(value) + String(value);

  it('is sent, and asked for anew each time', async () => {
    const keys = ['wrong', KEY];
    await using server = await started(YES, { apiKey: () => keys.shift() }, { apiKey: KEY });
    const error = await refusalBy(server.runtime.chat(HELLO, signal));
    expect(error.code).toBe('UNAUTHORIZED');
    expect(error.message).toContain('enter it again');
    expect(await readAll(server.runtime.chat(HELLO, signal))).toHaveLength(2);
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).code).toBe('UNAUTHORIZED');
    expect(server.standIn.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer wrong',
      `Bearer ${KEY}`,
      undefined,
    ]);
  });

  it('is in no error, whatever goes wrong', async () => {
    const wrongs: (readonly ScriptStep[])[] = [
      [{ kind: 'refuse', status: 401, message: `Incorrect API key provided: ${KEY}` }],
      [{ kind: 'refuse', status: 500, body: `<b>${KEY}</b>` }],
      [{ kind: 'refuse', status: 400, body: KEY }],
      [{ kind: 'refuse', status: 302, headers: { location: `https://other.example/${KEY}?k=${KEY}` } }],
      [{ kind: 'refuse', status: 200, headers: { 'content-type': 'text/plain' }, body: KEY }],
      [
        { kind: 'text', text: 'a' },
        { kind: 'error', message: `bad ${KEY}` },
      ],
      [{ kind: 'raw', text: `data: ${KEY}\n\n` }],
      [{ kind: 'cut' }],
      [],
    ];
    for (const steps of wrongs) {
      await using server = await started(steps, { apiKey: () => KEY });
      const error = await refusalBy(server.runtime.chat(HELLO, signal));
      expect(everything(error)).not.toContain(KEY);
      expect(everything(error.toPayload())).not.toContain(KEY);
      expect(everything(server.runtime)).not.toContain(KEY);
      expect(everything(await server.runtime.health(signal))).not.toContain(KEY);
    }
    const closed = await started(YES, { apiKey: () => KEY });
    await closed.standIn[Symbol.asyncDispose]();
    expect(everything(await refusalBy(closed.runtime.chat(HELLO, signal)))).not.toContain(KEY);
  });

  it('is not even named when it cannot be sent', async () => {
    for (const key of [`${KEY}\n`, `${KEY}\r\nx: y`, `${KEY} é`, '\u0000']) {
      await using server = await started(YES, { apiKey: () => key });
      const error = await refusalBy(server.runtime.chat(HELLO, signal));
      expect(error.code).toBe('UNAUTHORIZED');
      expect(everything(error)).not.toContain(KEY);
      expect(server.standIn.requests).toEqual([]);
    }
  });

  it('does not follow a redirect', async () => {
    await using other = await started();
    const redirect = {
      kind: 'refuse',
      status: 307,
      headers: { location: `${other.standIn.url}/v1/chat/completions` },
    } as const;
    await using server = await started([redirect], { apiKey: () => KEY });
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).message).toContain(other.standIn.url);
    expect(other.standIn.requests).toEqual([]);
  });
});

describe('what is said', () => {
  it('limits tokens by the name that the server knows', async () => {
    for (const tokensMaxField of ['max_tokens', 'max_completion_tokens'] as const) {
      await using server = await started(YES, { tokensMaxField });
      await readAll(server.runtime.chat({ ...HELLO, tokensMax: 9 }, signal));
      expect((await server.standIn.asked('/v1/chat/completions')).body).toMatchObject({
        [tokensMaxField]: 9,
      });
    }
  });

  it('is refused with advice when the model or the path is wrong', async () => {
    await using server = await started(YES, { model: 'large' });
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).message).toContain('has no model large');
    expect(await server.runtime.health(signal)).toEqual({
      ready: false,
      detail: 'has no model large, but small',
    });
    const astray = openAiRuntime({ ...base, url: `${server.standIn.url}/v2` });
    expect((await refusalBy(astray.chat(HELLO, signal))).message).toContain('path is right');
  });

  it('is taken by a llama-server whatever its model is called', async () => {
    await using server = await started(
      YES,
      { model: 'large' },
      { models: ['tiny.gguf'], ownedBy: 'llamacpp' },
    );
    expect(await server.runtime.health(signal)).toEqual({ ready: true, detail: 'serves tiny.gguf' });
  });
});

describe('what the server says', () => {
  const DONE: ScriptStep = { kind: 'raw', text: 'data: [DONE]\n\n' };

  it('is whole with a finish reason or [DONE], and nothing after it counts', async () => {
    const finish = chunk({ delta: {}, finish_reason: 'stop' });
    for (const steps of [[finish], [DONE], [finish, DONE], [DONE, chunk({ delta: { content: 'late' } })]]) {
      await using server = await started(steps);
      expect(await readAll(server.runtime.chat(HELLO, signal))).toEqual([{ kind: 'end', reason: 'stop' }]);
    }
  });

  it('does not end silently when a filter stopped it or a call is not whole', async () => {
    await using filtered = await started([
      chunk({ delta: { content: 'a' }, finish_reason: 'content_filter' }),
      DONE,
    ]);
    expect((await refusalBy(filtered.runtime.chat(HELLO, signal))).code).toBe('INVALID_PAYLOAD');
    const half = chunk({
      delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'x', arguments: '{"a":' } }] },
    });
    await using broken = await started([half, DONE]);
    expect((await refusalBy(broken.runtime.chat(HELLO, signal))).message).toContain(
      'without proper arguments',
    );
    await using short = await started([half, chunk({ delta: {}, finish_reason: 'length' })]);
    expect(await readAll(short.runtime.chat(HELLO, signal))).toEqual([{ kind: 'end', reason: 'length' }]);
  });

  it('may name the status of an error in its midst', async () => {
    const text = `data: ${JSON.stringify({ error: { message: 'too long', code: 400 } })}\n\n`;
    await using server = await started([{ kind: 'raw', text }]);
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).code).toBe('INVALID_PAYLOAD');
  });

  it('lets connections be used again', async () => {
    await using server = await started();
    for (let turn = 0; turn < 5; turn += 1) await readAll(server.runtime.chat(HELLO, signal));
    // The next request may come before the connection is known to be free, but not each time.
    expect(server.standIn.connections).toBeLessThan(5);
  });
});

describe('calls in pieces', () => {
  const piece = (index: number | undefined, id: string | undefined, name?: string, args?: unknown) => ({
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id }),
    function: {
      ...(name === undefined ? {} : { name }),
      ...(args === undefined ? {} : { arguments: args as string }),
    },
  });
  const callsOf = (...pieces: ReturnType<typeof piece>[]) => {
    const assembly = new CallAssembly('call-1-');
    for (const one of pieces) expect(assembly.add([one])).toBeUndefined();
    const calls = assembly.calls();
    return calls.ok ? calls.value.map(({ id, tool, args }) => [id, tool, args]) : calls.problem.message;
  };

  it('tolerate what servers do', () => {
    expect(
      callsOf(piece(0, 'a', 'x', '{"n":'), piece(1, 'b', 'y', '{}'), piece(0, undefined, undefined, '1}')),
    ).toEqual([
      ['a', 'x', { n: 1 }],
      ['b', 'y', {}],
    ]);
    expect(callsOf(piece(0, 'a', 'x', '{}'), piece(0, 'b', 'y', '{}'))).toEqual([
      ['a', 'x', {}],
      ['b', 'y', {}],
    ]);
    expect(
      callsOf(
        piece(undefined, 'a', 'x', '{'),
        piece(undefined, undefined, undefined, '}'),
        piece(undefined, 'b', 'y'),
      ),
    ).toEqual([
      ['a', 'x', {}],
      ['b', 'y', {}],
    ]);
    expect(callsOf(piece(0, undefined, 'x', { n: 1 }))).toEqual([['call-1-0', 'x', { n: 1 }]]);
    expect(callsOf(piece(0, 'a', 'x', '"{\\"n\\":1}"'))).toEqual([['a', 'x', { n: 1 }]]);
    expect(callsOf(piece(0, 'a', 'x'), piece(0, 'a', 'x', '{}'))).toEqual([['a', 'x', {}]]);
    // A new call under an old index: what follows without an id belongs to the new one.
    expect(
      callsOf(piece(0, 'a', 'x', '{}'), piece(0, 'b', 'y', '{"n":'), piece(0, undefined, undefined, '1}')),
    ).toEqual([
      ['a', 'x', {}],
      ['b', 'y', { n: 1 }],
    ]);
    for (const args of ['[]', '1', 'null', '{', '{"__proto__":1}'])
      expect(callsOf(piece(0, 'a', 'x', args))).toContain('x');
    expect(callsOf(piece(0, 'a', '', '{}'))).toContain('no tool');
  });

  it('are bounded', () => {
    const assembly = new CallAssembly('');
    const pieces = Array.from({ length: 65 }, (_, index) => piece(index, `c${index}`, 'x', '{}'));
    expect(assembly.add(pieces)).toContain('64');
    expect(assembly.add(['x'])).toContain('no object');
  });

  it('come out as they went in, however arguments are cut and calls interleaved', () => {
    const args = fc.dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(
        fc.array(args, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(3), { maxLength: 60 }),
        (objects, turns) => {
          const assembly = new CallAssembly('');
          const left = objects.map((object) => JSON.stringify(object));
          for (const index of left.keys()) assembly.add([piece(index, `c${index}`, `t${index}`, '')]);
          for (const turn of [...turns, ...left.keys()]) {
            const index = turn % left.length;
            const size = turns.length > 0 && turn < 4 ? 1 + turn : 3;
            assembly.add([piece(index, undefined, undefined, left[index]?.slice(0, size))]);
            left[index] = left[index]?.slice(size) ?? '';
          }
          for (const [index, rest] of left.entries())
            assembly.add([piece(index, undefined, undefined, rest)]);
          const calls = assembly.calls();
          expect(calls.ok && calls.value.map((call) => call.args)).toEqual(objects);
        },
      ),
    );
  });
});
