import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type OllamaModel, type ScriptStep, startOllamaStandIn, VirtualClock } from '@kai/testing';
import { describe, expect, it } from 'vitest';
import { DISCOVER_MS, discoverOllama, type OllamaOptions, ollamaRuntime } from '../src/ollama/index.ts';
import { HELLO, readAll, refusalBy } from './reading.ts';

const clock = new VirtualClock();
const signal = new AbortController().signal;
const chat = { name: 'old:7b', capabilities: ['completion'] };
const tools = { name: 'qwen3:4b', capabilities: ['completion', 'tools'] };
const vectors = { name: 'embeddinggemma:latest', capabilities: ['embedding'], family: 'gemma3' };
const cloud = {
  name: 'gpt-oss:120b-cloud',
  capabilities: ['completion', 'tools'],
  remoteHost: 'https://ollama.com:443',
};
const disguised = { ...cloud, name: 'mine:latest' };
const YES: readonly ScriptStep[] = [{ kind: 'text', text: 'yes' }, { kind: 'end' }];

async function started(models: readonly OllamaModel[], options: Partial<OllamaOptions> = {}, steps = YES) {
  const standIn = await startOllamaStandIn({ models, script: () => steps });
  const runtime = ollamaRuntime({ url: standIn.url, clock, ...options });
  return { standIn, runtime, [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose]() };
}

describe('the model that nobody named', () => {
  it('is the first that can use tools, else the first that can chat', async () => {
    for (const [models, chosen] of [
      [[vectors, chat, tools], tools.name],
      [[vectors, chat], chat.name],
      [[cloud, disguised, chat], chat.name],
      [[{ name: 'silent:1b', family: 'llama' }], 'silent:1b'],
      [
        [
          { name: 'nomic', family: 'nomic-bert' },
          { name: 'silent:1b', family: 'llama' },
        ],
        'silent:1b',
      ],
    ] as const) {
      await using server = await started(models);
      expect(server.runtime.model).toBe('automatic');
      expect(await readAll(server.runtime.chat(HELLO, signal))).toHaveLength(2);
      expect(server.runtime.model).toBe(chosen);
    }
  });

  it('is chosen once, and again after a failure', async () => {
    const models = [tools];
    await using server = await started(models);
    for (let turn = 0; turn < 3; turn += 1) await readAll(server.runtime.chat(HELLO, signal));
    expect(server.standIn.requests.map(({ path }) => path)).toEqual([
      '/api/tags',
      '/api/show',
      ...Array(3).fill('/api/chat'),
    ]);
    models.splice(0, 1, { ...tools, name: 'other:4b' });
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).code).toBe('UNAVAILABLE');
    await readAll(server.runtime.chat(HELLO, signal));
    expect(server.runtime.model).toBe('other:4b');
  });

  it('is missing, with what to do', async () => {
    await using server = await started([vectors]);
    const error = await refusalBy(server.runtime.chat(HELLO, signal));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: false });
    expect(error.message).toBe(
      `Ollama answers at ${server.standIn.url}, but has no model: run \`ollama pull qwen3\``,
    );
    expect(await server.runtime.health(signal)).toEqual({ ready: false, detail: error.message });
  });
});

describe('what is said to Ollama', () => {
  it('has the options, and only those that were given', async () => {
    await using server = await started([tools], { model: 'qwen3:4b', think: false, contextTokens: 8192 });
    await readAll(server.runtime.chat({ ...HELLO, tokensMax: 5 }, signal));
    const { body } = await server.standIn.asked('/api/chat');
    expect(body).toEqual({
      model: 'qwen3:4b',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      think: false,
      options: { num_predict: 5, num_ctx: 8192 },
    });
  });

  it('is refused with advice when the model is missing or has no tools', async () => {
    await using server = await started([chat], { model: 'qwen3:8b' });
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).message).toContain(
      'run `ollama pull qwen3:8b`',
    );
    const runtime = ollamaRuntime({ url: server.standIn.url, clock, model: 'old:7b' });
    const tool = { name: 'lamp', description: '', parameters: {} };
    const error = await refusalBy(runtime.chat({ ...HELLO, tools: [tool] }, signal));
    expect(error.code).toBe('INVALID_PAYLOAD');
    expect(error.message).toContain('cannot use tools');
    expect(await runtime.health(signal)).toMatchObject({
      ready: true,
      detail: expect.stringContaining('cannot use tools'),
    });
  });

  it('stays here: a model that runs elsewhere needs a public reach', async () => {
    expect(() => ollamaRuntime({ clock, model: cloud.name, reach: 'device' })).toThrow(TypeError);
    expect(ollamaRuntime({ clock, model: cloud.name }).reach).toBe('public');
    expect(ollamaRuntime({ clock, model: 'glm-4.6:cloud' }).reach).toBe('public');
    expect(ollamaRuntime({ clock, model: 'cloudy:7b' }).reach).toBe('device');
    await using server = await started([disguised], { model: disguised.name, embedModel: disguised.name });
    expect(await refusalBy(server.runtime.chat(HELLO, signal))).toMatchObject({ code: 'REACH_DENIED' });
    await expect(server.runtime.embed?.(['x'], signal)).rejects.toMatchObject({ code: 'REACH_DENIED' });
    expect(server.standIn.requests.map(({ path }) => path)).toEqual(['/api/show', '/api/show']);
    await using open = await started([disguised], { model: disguised.name, reach: 'public' });
    expect(await readAll(open.runtime.chat(HELLO, signal))).toHaveLength(2);
  });

  it('stops when an answer says that it comes from elsewhere', async () => {
    const models: OllamaModel[] = [tools];
    await using server = await started(models, { model: tools.name });
    await readAll(server.runtime.chat(HELLO, signal));
    models[0] = { ...tools, remoteHost: 'https://ollama.com' };
    expect(await refusalBy(server.runtime.chat(HELLO, signal))).toMatchObject({ code: 'REACH_DENIED' });
  });
});

describe('what Ollama says', () => {
  const line = (value: unknown): ScriptStep => ({ kind: 'raw', text: `${JSON.stringify(value)}\n` });

  it('is read past thinking, unknown members, empty lines and what follows the end', async () => {
    const steps: ScriptStep[] = [
      line({ message: { role: 'assistant', content: '', thinking: 'hm' }, done: false, novel: {} }),
      { kind: 'raw', text: '\r\n\n' },
      line({ message: { content: 'a' }, done: true }),
      line({ message: { content: 'b' }, done: true }),
    ];
    await using server = await started([tools], {}, steps);
    expect(await readAll(server.runtime.chat(HELLO, signal))).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'end', reason: 'stop' },
    ]);
  });

  it('may end without a line ending', async () => {
    await using server = await started([tools], {}, [
      { kind: 'raw', text: '{"message":{"content":"a"},"done":true}' },
    ]);
    expect(await readAll(server.runtime.chat(HELLO, signal))).toHaveLength(2);
  });

  it('is broken when a call has no name, or arguments that are none', async () => {
    for (const called of [
      {},
      { name: 'x', arguments: '{}' },
      { name: '', arguments: {} },
      { name: 'x', arguments: [] },
    ]) {
      await using server = await started([tools], {}, [
        line({ message: { tool_calls: [{ function: called }] } }),
        { kind: 'end' },
      ]);
      expect((await refusalBy(server.runtime.chat(HELLO, signal))).message).toContain('tool call');
    }
    const poisoned: ScriptStep = {
      kind: 'raw',
      text: '{"message":{"tool_calls":[{"function":{"name":"x","arguments":{"__proto__":1}}}]}}\n',
    };
    await using server = await started([tools], {}, [poisoned, { kind: 'end' }]);
    expect((await refusalBy(server.runtime.chat(HELLO, signal))).code).toBe('UNAVAILABLE');
  });

  it('gives calls without ids ids that differ from turn to turn', async () => {
    const call: ScriptStep = { kind: 'call', tool: 'lamp', args: {} };
    await using server = await started([tools], {}, [call, { kind: 'end' }]);
    const first = await readAll(server.runtime.chat(HELLO, signal));
    const later = await readAll(server.runtime.chat({ turns: [...HELLO.turns, ...HELLO.turns] }, signal));
    expect(first[0]).not.toEqual(later[0]);
  });

  it('lets connections be used again', async () => {
    await using server = await started([tools]);
    for (let turn = 0; turn < 5; turn += 1) await readAll(server.runtime.chat(HELLO, signal));
    expect(server.standIn.left).toBe(0);
    // The next request may come before the connection is known to be free, but not each time.
    expect(server.standIn.connections).toBeLessThan(5);
  });
});

describe('discovery', () => {
  it('finds version, chat model and embedding model', async () => {
    await using server = await started([vectors, cloud, tools]);
    expect(await discoverOllama(server.standIn.url, signal, clock)).toEqual({
      version: '0.15.2',
      chatModel: 'qwen3:4b',
      embedModel: 'embeddinggemma:latest',
    });
    await using bare = await started([]);
    expect(await discoverOllama(bare.standIn.url, signal, clock)).toEqual({ version: '0.15.2' });
  });

  it('finds nothing where nothing answers, or nothing in time, or something else', async () => {
    const server = await started([]);
    await server.standIn[Symbol.asyncDispose]();
    expect(await discoverOllama(server.standIn.url, signal, clock)).toBeUndefined();
    await using other = await started([]);
    expect(await discoverOllama(`${other.standIn.url}/elsewhere`, signal, clock)).toBeUndefined();
    await expect(discoverOllama(other.standIn.url, AbortSignal.abort(), clock)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

it('discovery does not wait for what takes a connection and says nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const connected = once(silent, 'connection');
  const { port } = silent.address() as AddressInfo;
  const found = discoverOllama(`http://127.0.0.1:${port}`, signal, clock);
  await connected;
  await clock.advance(DISCOVER_MS);
  expect(await found).toBeUndefined();
  silent.close();
});

describe('an Ollama that is not on this device', () => {
  it('needs a reach that says so', () => {
    expect(() => ollamaRuntime({ clock, url: 'http://192.168.1.20:11434', reach: 'device' })).toThrow(
      /reach must be/,
    );
    expect(ollamaRuntime({ clock, url: 'http://192.168.1.20:11434' }).reach).toBe('lan');
    expect(ollamaRuntime({ clock, url: 'http://nas:11434', reach: 'lan' }).reach).toBe('lan');
    expect(ollamaRuntime({ clock }).reach).toBe('device');
    expect(ollamaRuntime({ clock }).embed).toBeUndefined();
  });
});
