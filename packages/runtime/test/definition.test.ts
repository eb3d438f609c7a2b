import { describe, expect, it } from 'vitest';
import { compileAgent } from '../src/agents/compiled.ts';
import type { AgentDefinition } from '../src/index.ts';
import { agentOf, startFixture } from './node-fixture.ts';

const INTENT = { summary: 's', handler: () => 1 };
const GOOD: AgentDefinition = { name: 'worker', summary: 'works', intents: { work: INTENT } };

describe('a definition', () => {
  it.each<[string, Partial<AgentDefinition>, string]>([
    ['a name', { name: 'No Name' }, 'its name does not fit an address'],
    ['a service', { services: ['a..b'] }, 'service a..b'],
    ['an intent’s name', { intents: { 'a b': INTENT } }, 'intent a b: a dotted name'],
    ['a reserved intent', { intents: { ping: INTENT } }, 'intent ping: this name is reserved'],
    ['an empty summary', { intents: { work: { ...INTENT, summary: '' } } }, 'the summary is empty'],
    [
      'an input schema',
      { intents: { work: { ...INTENT, input: { type: 'nonsense' } } } },
      'intent work, input',
    ],
    [
      'an output schema',
      { intents: { work: { ...INTENT, output: { pattern: '(' } } } },
      'intent work, output',
    ],
    ['a topic', { topics: { vision: () => {} } }, 'topic vision: a topic pattern begins with tasks:'],
    ['no concurrency', { concurrency: 0 }, 'concurrency is 1 to 10000; got 0'],
    ['half a concurrency', { concurrency: 1.5 }, 'got 1.5'],
    ['no mailbox', { mailboxMax: 0 }, 'mailboxMax is 1 to'],
    [
      'too many intents',
      { intents: Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`i${n}`, INTENT])) },
      'at most 256 are allowed',
    ],
  ])('is refused with the agent, the place and the reason: %s', (_, changes, reason) => {
    const compile = () => compileAgent({ ...GOOD, ...changes });
    expect(compile).toThrow(TypeError);
    expect(compile).toThrow(`agent ${changes.name ?? 'worker'}: `);
    expect(compile).toThrow(reason);
  });

  it('is told to others without what is internal', () => {
    const intents = { work: { ...INTENT, effect: 'write' as const }, secret: { ...INTENT, internal: true } };
    expect(compileAgent({ ...GOOD, intents }).declarations).toEqual([
      { name: 'work', summary: 's', effect: 'write', input: {} },
    ]);
  });

  it('is checked against its settings when it is registered', async () => {
    await using fixture = await startFixture();
    const settings = { type: 'object', properties: { room: { type: 'string' } }, required: ['room'] };
    const definition = { ...agentOf('worker', 'work', (_, handling) => handling.settings), settings };
    expect(() => fixture.node.register(definition)).toThrow(/agent worker: settings: .*room/);
    fixture.node.register(definition, { settings: { room: 'hall' } });
    expect(await fixture.client.call('kai://agent.worker', 'work')).toEqual({ room: 'hall' });
  });

  it('may be a method that uses its intent', async () => {
    await using fixture = await startFixture();
    const intent = {
      summary: 'self',
      word: 'mine',
      handler() {
        return this.word;
      },
    };
    fixture.node.register({ name: 'worker', summary: 'works', intents: { work: intent } });
    expect(await fixture.client.call('kai://agent.worker', 'work')).toBe('mine');
  });
});
