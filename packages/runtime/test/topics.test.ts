import { type JsonValue, type Message, parseTopicPattern, type TopicPattern } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Topics } from '../src/topics/topics.ts';
import { agentOf, type Fixture, settle, startFixture } from './node-fixture.ts';

function pattern(text: string): TopicPattern {
  const outcome = parseTopicPattern(text);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

function hearIn({ client }: Fixture, text: string, into: JsonValue[]) {
  return client.subscribe(pattern(text), (message: Message) => void into.push(message.payload));
}

describe('topics', () => {
  it('reach those who hear them, with and without wildcards', async () => {
    await using fixture = await startFixture();
    const heard: Record<string, JsonValue[]> = { exact: [], star: [], rest: [], other: [] };
    hearIn(fixture, 'tasks:vision.process', heard.exact ?? []);
    hearIn(fixture, 'tasks:vision.*', heard.star ?? []);
    hearIn(fixture, 'tasks:>', heard.rest ?? []);
    hearIn(fixture, 'tasks:vision', heard.other ?? []);
    expect(fixture.client.publish('tasks:vision.process', 'image.seen', 1)).toBe(3);
    expect(fixture.client.publish('tasks:vision.a.b', 'image.seen', 2)).toBe(1);
    expect(fixture.client.publish('tasks:nobody', 'image.seen', 3)).toBe(1);
    expect(heard).toEqual({ exact: [1], star: [1], rest: [1, 2, 3], other: [] });
  });

  it('are heard until the subscription or the client ends', async () => {
    await using fixture = await startFixture();
    const heard: JsonValue[] = [];
    const first = hearIn(fixture, 'tasks:a', heard);
    hearIn(fixture, 'tasks:a', heard);
    fixture.client.publish('tasks:a', 'x', 1);
    first.cancel();
    first.cancel();
    fixture.client.publish('tasks:a', 'x', 2);
    expect(heard).toEqual([1, 1, 2]);
    using other = fixture.node.client('other');
    fixture.client[Symbol.dispose]();
    expect(other.publish('tasks:a', 'x', 3)).toBe(0);
  });

  it('wake agents that hear them', async () => {
    await using fixture = await startFixture();
    const heard: JsonValue[] = [];
    const agent = fixture.node.register({
      name: 'watcher',
      summary: 'hears',
      topics: { 'tasks:doors.*': (payload, { message }) => void heard.push([message.intent, payload]) },
    });
    fixture.client.publish('tasks:doors.front', 'door.opened', { at: 1 });
    fixture.client.send('tasks:doors.back', 'door.opened', { at: 2 });
    await settle();
    expect(heard).toEqual([
      ['door.opened', { at: 1 }],
      ['door.opened', { at: 2 }],
    ]);
    await agent.leave();
    expect(fixture.client.publish('tasks:doors.front', 'door.opened')).toBe(0);
  });

  it('keep what a hearing agent could not handle among the dead letters', async () => {
    await using fixture = await startFixture();
    fixture.node.register({
      name: 'clumsy',
      summary: 'fails',
      topics: {
        'tasks:a': () => {
          throw new Error('no');
        },
      },
    });
    fixture.client.publish('tasks:a', 'x', { whole: true });
    await settle();
    const [letter] = await fixture.store.readDead(10);
    expect(letter).toMatchObject({ code: 'AGENT_FAILED' });
    expect(JSON.parse(letter?.message ?? '')).toMatchObject({ to: 'tasks:a', payload: { whole: true } });
  });

  it('do not let one hearer’s error reach the publisher or the next hearer', async () => {
    await using fixture = await startFixture();
    const heard: JsonValue[] = [];
    fixture.client.subscribe(pattern('tasks:a'), () => {
      throw new Error('a window with a defect');
    });
    hearIn(fixture, 'tasks:a', heard);
    expect(fixture.client.publish('tasks:a', 'x', 1)).toBe(2);
    expect(heard).toEqual([1]);
    expect(fixture.logged).toContainEqual(expect.objectContaining({ message: 'a hearer of a topic failed' }));
  });

  it('are not agents: nobody asks them, and nobody publishes to an agent', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('echo', 'echo.say', (payload) => payload));
    await expect(fixture.client.call('tasks:a', 'x')).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    expect(() => fixture.client.publish('kai://agent.echo', 'echo.say')).toThrow(/is not a topic/);
  });

  it('know after any subscribing and ending exactly who still hears', () => {
    const patterns = ['tasks:a', 'tasks:a.b', 'tasks:*', 'tasks:a.*', 'tasks:>', 'tasks:a.>'];
    const expected: Record<string, readonly string[]> = {
      a: ['tasks:a', 'tasks:*', 'tasks:>'],
      'a.b': ['tasks:a.b', 'tasks:a.*', 'tasks:>', 'tasks:a.>'],
      c: ['tasks:*', 'tasks:>'],
    };
    const step = fc.tuple(fc.constantFrom(...patterns), fc.boolean());
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const topics = new Topics();
        const open: { text: string; end: () => void }[] = [];
        const heard: string[] = [];
        for (const [text, ends] of steps) {
          const at = open.findIndex((one) => one.text === text);
          if (ends && at >= 0) for (const { end } of open.splice(at, 1)) end();
          else open.push({ text, end: topics.subscribe(pattern(text), () => void heard.push(text)) });
        }
        for (const [name, matching] of Object.entries(expected)) {
          heard.length = 0;
          for (const hear of topics.hearing(name)) hear({} as Message);
          const wanted = open.map(({ text }) => text).filter((text) => matching.includes(text));
          expect(heard.toSorted()).toEqual(wanted.toSorted());
        }
      }),
    );
  });
});
