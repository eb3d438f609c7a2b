/** An agent that is a prompt and the intents that it may use, on a node with models that only pretend. */

import { address, KaiError, type NodeAddress, type Reach } from '@kai/protocol';
import { type KaiNode, startNode } from '@kai/runtime';
import { type ChatRequest, type ModelRuntime, silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { describe, expect, it } from 'vitest';
import { promptAgentFrom } from '../../src/node/prompt-agent.ts';
import { systemClock } from '../../src/system/clock.ts';
import { systemRandom } from '../../src/system/random.ts';

const ENTRY = {
  kind: 'prompt',
  at: ['agents', 0],
  name: 'translator',
  prompt: 'Translate into English. Keep names.',
  intents: ['notes.*'],
  phrases: ['translate {text}'],
  model: undefined,
  summary: undefined,
} as const;

function modelOf(name: string, reach: Reach, ready = true): ModelRuntime & { readonly asked: ChatRequest[] } {
  const asked: ChatRequest[] = [];
  return {
    name,
    model: 'parrot',
    reach,
    where: 'on this device',
    asked,
    health: async () => ({ ready, detail: '' }),
    async *chat(request) {
      if (!ready) throw new KaiError('UNAVAILABLE', 'it does not run');
      asked.push(request);
      yield { kind: 'text', text: 'Good ' };
      yield { kind: 'text', text: 'morning' };
      yield { kind: 'end', reason: 'stop' };
    },
  };
}

function nodeWith(models: readonly ModelRuntime[]): Promise<KaiNode> {
  const ports = {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    store: openMemoryStore(),
    indexes: openMemoryIndexes(),
  };
  return startNode({ address: address('kai://ada.hub') as NodeAddress, ports: { ...ports, models } });
}

async function translate(
  models: readonly ModelRuntime[],
  entry: Partial<typeof ENTRY> | object = {},
  reach?: Reach,
) {
  await using node = await nodeWith(models);
  node.register(promptAgentFrom({ ...ENTRY, ...entry }));
  using client = node.client('test');
  const options = reach === undefined ? {} : { context: { reach } };
  return await client.request('kai://agent.translator', 'translator.ask', { text: 'Guten Morgen' }, options);
}

describe('a prompt agent', () => {
  it('gives the model its instructions and what it is asked, and streams the answer', async () => {
    const model = modelOf('m', 'device');
    await using node = await nodeWith([model]);
    node.register(promptAgentFrom(ENTRY));
    using client = node.client('test');
    const answer = client.stream('kai://agent.translator', 'translator.ask', { text: 'Guten Morgen' });
    expect((await answer.next()).value).toEqual({ kind: 'text', text: 'Good ' });
    expect((await answer.next()).value).toEqual({ kind: 'text', text: 'morning' });
    expect((await answer.next()).value).toMatchObject({
      payload: { text: 'Good morning' },
      context: { route: { model: 'm', where: 'on this device' } },
    });
    expect(model.asked[0]?.turns).toEqual([
      { role: 'system', text: 'Translate into English. Keep names.' },
      { role: 'user', text: 'Guten Morgen' },
    ]);
  });

  it('says in one sentence what it is for', () => {
    expect(promptAgentFrom(ENTRY).summary).toBe('Translate into English.');
  });

  it('takes the first model that is ready', async () => {
    const { context } = await translate([modelOf('a', 'device', false), modelOf('b', 'device')]);
    expect(context.route).toMatchObject({ model: 'b' });
  });

  it('takes the model that it names', async () => {
    const { context } = await translate([modelOf('a', 'device'), modelOf('b', 'device')], { model: 'b' });
    expect(context.route).toMatchObject({ model: 'b' });
  });

  it('gives no message to a model that reaches further than its label', async () => {
    const far = modelOf('far', 'public');
    await expect(translate([far])).rejects.toMatchObject({
      code: 'REACH_DENIED',
      message: expect.stringMatching(/far: it runs at .*, which is public; this message stays within device/),
    });
    expect(far.asked).toEqual([]);
    expect((await translate([far], {}, 'public')).payload).toEqual({ text: 'Good morning' });
  });

  it('lets the model use the intents that it names, and no others, over the message bus', async () => {
    const asked: ChatRequest[] = [];
    const model: ModelRuntime = {
      ...modelOf('m', 'device'),
      async *chat(request) {
        asked.push(request);
        if (asked.length === 1) {
          yield { kind: 'call', call: { id: '1', tool: 'notes_search', args: { query: 'boiler' } } };
          yield { kind: 'call', call: { id: '2', tool: 'lights_on', args: {} } };
          yield { kind: 'end', reason: 'calls' };
          return;
        }
        yield { kind: 'text', text: 'It was serviced.' };
        yield { kind: 'end', reason: 'stop' };
      },
    };
    await using node = await nodeWith([model]);
    node.register({
      name: 'notes',
      summary: 'Notes.',
      intents: {
        'notes.search': {
          summary: 'Finds notes.',
          input: { type: 'object', properties: { query: { type: 'string' } } },
          handler: (query) => ({ found: query }),
        },
      },
    });
    node.register({
      name: 'lights',
      summary: 'Lights.',
      intents: { 'lights.on': { summary: 'Switches on.', handler: () => 'on' } },
    });
    node.register(promptAgentFrom(ENTRY));
    using client = node.client('test');
    expect(
      await client.call('kai://agent.translator', 'translator.ask', { text: 'And the boiler?' }),
    ).toEqual({
      text: 'It was serviced.',
    });
    expect(asked[0]?.tools?.map(({ name }) => name)).toEqual(['notes_search']);
    expect(asked[1]?.turns.slice(-2)).toEqual([
      { role: 'tool', callId: '1', tool: 'notes_search', text: '{"found":{"query":"boiler"}}' },
      { role: 'tool', callId: '2', tool: 'lights_on', text: '{"error":"there is no tool lights_on"}' },
    ]);
  });

  it('says what to do where no model is ready', async () => {
    for (const models of [[], [modelOf('a', 'device', false)]]) {
      await expect(translate(models)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('start Ollama, or name another under models: in kai.yaml'),
      });
    }
  });
});
