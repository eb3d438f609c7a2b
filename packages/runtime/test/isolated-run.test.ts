/** What an agent would do with a message, of which nothing may come. */

import type { JsonObject } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { defineIntent } from '../src/index.ts';
import { ask, take, withKeeper } from './keeper.ts';
import { agentOf } from './node-fixture.ts';

describe('an isolated run', () => {
  it('tells answer, changes and what would have been sent, and changes nothing', async () => {
    const heard: string[] = [];
    await using fixture = await withKeeper({
      intents: {
        act: defineIntent({
          summary: 'Acts.',
          effect: 'write',
          handler: async (_, handling) => {
            const { state, timers, clock, self } = handling;
            state.set('acted', clock.now());
            timers.set({ name: 'later', due: clock.now() + 1_000, intent: 'woken', payload: {} });
            handling.send('kai://agent.other', 'told', { n: 1 });
            handling.publish('tasks:news', 'news', { n: 2 });
            const refused = await handling
              .call('kai://agent.other', 'told', { n: 3 })
              .catch(({ code }) => code);
            return { refused, self: self.text };
          },
        }),
      },
    });
    fixture.node.register(agentOf('other', 'told', () => void heard.push('told')));
    await ask(fixture, 'put', { a: 1 });
    const id = await take(fixture);
    await ask(fixture, 'put', { a: 2 });
    const run = await ask(fixture, 'node.snapshot.test', { id, intent: 'act' });
    expect(run).toMatchObject({
      answer: { refused: 'POLICY_DENIED', self: 'kai://alice.hub.keeper-test' },
      difference: {
        state: { added: [{ key: 'acted', value: expect.any(Number) }], removed: [], changed: [] },
        timers: { added: [{ key: 'later' }] },
      },
    });
    const sent = (run.sent as JsonObject[]).map(({ to, payload }) => `${to} ${payload}`);
    expect(sent).toEqual(['kai://agent.other {"n":1}', 'tasks:news {"n":2}', 'kai://agent.other {"n":3}']);
    expect(await ask(fixture, 'node.snapshot.test', { id, intent: 'all' })).toMatchObject({
      answer: { a: 1 },
      sent: [],
    });
    await fixture.clock.advance(60_000);
    expect(heard).toEqual([]);
    expect(await ask(fixture, 'all')).toEqual({ a: 2 });
    const { agents } = await ask(fixture, 'node.agents');
    expect(agents).toHaveLength(3);
  });

  it('tells an error, and ends in time', async () => {
    await using fixture = await withKeeper({
      intents: { hang: defineIntent({ summary: 'Hangs.', handler: () => new Promise(() => {}) }) },
    });
    const id = await take(fixture);
    const wrong = await ask(fixture, 'node.snapshot.test', { id, intent: 'nothing' });
    expect(wrong).toMatchObject({ error: { code: 'NO_ROUTE' }, sent: [] });
    const hanging = ask(fixture, 'node.snapshot.test', { id, intent: 'hang' });
    await fixture.clock.advance(30_000);
    expect(await hanging).toMatchObject({ error: { code: 'EXPIRED' } });
  });
});
