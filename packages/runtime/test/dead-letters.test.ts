import type { JsonObject, MessageId } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '../src/index.ts';
import type { Commit } from '../src/ports/index.ts';
import { Machine } from './crash.ts';
import { agentOf, type Fixture, gate, refusalOf, settle, startFixture, withCommit } from './node-fixture.ts';

const NODE = 'kai://alice.hub';
const LEDGER = 'kai://alice.hub.ledger';
const ID = '01a20400-65c7-7000-95af-5c9b400518fc' as MessageId;

/** Writes down what it is told, once `allow` lets it. */
function ledger(allow: () => unknown = () => {}): AgentDefinition {
  return agentOf(
    'ledger',
    'enter',
    async (line, { state }) => {
      await allow();
      state.set(`${[...state.entries()].length}`, line);
      return {};
    },
    { effect: 'write' },
  );
}

/** A letter about a message that nobody was there for. */
async function sendIntoTheVoid({ client, node }: Fixture): Promise<void> {
  node.setRules([]);
  client.send(LEDGER, 'enter', 'bread', { id: ID });
  await settle();
}

async function ask({ client }: Fixture, intent: string, payload: JsonObject = {}): Promise<JsonObject> {
  return (await client.call(NODE, intent, payload)) as JsonObject;
}

async function letters({ store }: Fixture): Promise<readonly object[]> {
  return store.readDead(10);
}

async function lines({ store }: Fixture): Promise<unknown[]> {
  return [...(await store.loadAgent(LEDGER)).state.values()];
}

describe('a dead letter', () => {
  it('is shown, dropped, and then no more', async () => {
    await using fixture = await startFixture();
    await sendIntoTheVoid(fixture);
    expect(await ask(fixture, 'node.dead.show', { id: ID })).toMatchObject({
      letter: { id: ID, code: 'NO_ROUTE' },
    });
    expect(await ask(fixture, 'node.dead.drop', { id: ID })).toEqual({ dropped: ID });
    expect(await ask(fixture, 'node.dead')).toEqual({ letters: [] });
    for (const intent of ['node.dead.show', 'node.dead.drop', 'node.dead.retry']) {
      const refusal = await refusalOf(fixture.client.call(NODE, intent, { id: ID }));
      expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(ID) });
    }
  });

  it('is sent again, goes when its receiver has it, and is done once', async () => {
    await using fixture = await startFixture();
    await sendIntoTheVoid(fixture);
    fixture.node.register(ledger());
    expect(await ask(fixture, 'node.dead.retry', { id: ID })).toMatchObject({ kind: 'sent', id: ID });
    await settle();
    expect(await letters(fixture)).toEqual([]);
    // Its sender sends it again as well.
    await fixture.client.deliver(LEDGER, 'enter', 'bread', { id: ID, until: 'effected' });
    expect(await lines(fixture)).toEqual(['bread']);
  });

  it('is done once when it is sent again twice at a time', async () => {
    await using fixture = await startFixture();
    await sendIntoTheVoid(fixture);
    fixture.node.register(ledger());
    await Promise.all([1, 2].map(() => ask(fixture, 'node.dead.retry', { id: ID })));
    await settle();
    expect(await letters(fixture)).toEqual([]);
    expect(await lines(fixture)).toEqual(['bread']);
  });

  it('stays with the new reason when it is refused again', async () => {
    await using fixture = await startFixture();
    await sendIntoTheVoid(fixture);
    await fixture.clock.advance(5);
    fixture.node.register(agentOf('ledger', 'other', () => 1));
    expect(await ask(fixture, 'node.dead.retry', { id: ID })).toMatchObject({
      kind: 'kept',
      error: { code: 'NO_ROUTE' },
    });
    expect(await letters(fixture)).toMatchObject([
      { id: ID, at: fixture.clock.now(), reason: expect.stringContaining('enter') },
    ]);
  });

  it('may be sent again after its handler has failed, again and again', async () => {
    await using fixture = await startFixture();
    const failures = [1, 2, 3];
    const failing = async (): Promise<void> => {
      await settle();
      if (failures.pop() !== undefined) throw new Error('not yet');
    };
    fixture.node.register(ledger(failing));
    await fixture.client.deliver(LEDGER, 'enter', 'bread', { id: ID });
    await settle(20);
    for (let left = 2; left >= 0; left -= 1) {
      expect(await letters(fixture)).toMatchObject([{ code: 'AGENT_FAILED' }]);
      const [letter] = await fixture.store.readDead(1);
      await fixture.clock.advance(5);
      await ask(fixture, 'node.dead.retry', { id: letter?.id ?? '' });
      await settle(20);
    }
    expect(await letters(fixture)).toEqual([]);
    expect(await lines(fixture)).toEqual(['bread']);
  });

  it.each(['refused', 'failed'])('is one letter or one effect wherever the power is cut: %s', async (how) => {
    for (let at = 1; ; at += 1) {
      const machine = new Machine();
      const first = await machine.start();
      if (how === 'refused') await sendIntoTheVoid(first);
      let isFailing = how === 'failed';
      first.node.register(
        ledger(async () => {
          await settle();
          if (isFailing) throw new Error('not yet');
        }),
      );
      if (isFailing) await first.client.deliver(LEDGER, 'enter', 'bread', { id: ID });
      await settle(20);
      isFailing = false;
      await first.clock.advance(5);
      let commits = 0;
      machine.failsAt = () => ++commits === at;
      void first.client.call(NODE, 'node.dead.retry', { id: ID }).catch(() => {});
      await settle(20);
      const wasCut = commits >= at;
      machine.failsAt = () => false;
      machine.cut();
      await using second = await machine.start();
      second.node.register(ledger());
      await second.node.resume();
      await settle(20);
      if ((await letters(second)).length > 0) await ask(second, 'node.dead.retry', { id: ID });
      await settle(20);
      expect(await lines(second), `cut at commit ${at}`).toEqual(['bread']);
      expect(await letters(second), `cut at commit ${at}`).toEqual([]);
      if (!wasCut) return;
    }
  });

  it('leaves one new letter when its message fails before and after it is on disk', async () => {
    const held = gate();
    await using fixture = await startFixture({
      wrapStore: (store) =>
        withCommit(store, async (commit: Commit) => {
          if ((commit.accepted ?? []).length > 0) await held.promise;
          return store.commit(commit);
        }),
    });
    await sendIntoTheVoid(fixture);
    fixture.node.register(
      ledger(() => {
        throw new Error('never');
      }),
    );
    const retried = ask(fixture, 'node.dead.retry', { id: ID });
    await settle(20);
    held.open();
    expect(await retried).toMatchObject({ kind: 'kept', error: { code: 'AGENT_FAILED' } });
    await settle(20);
    expect(await letters(fixture)).toMatchObject([{ id: ID, code: 'AGENT_FAILED' }]);
  });

  it('of a topic is not published anew to those who have heard it', async () => {
    await using fixture = await startFixture();
    fixture.node.register({
      ...agentOf('hearer', 'other', () => 1),
      topics: {
        'tasks:news': () => {
          throw new Error('no');
        },
      },
    });
    fixture.client.publish('tasks:news', 'told', {});
    await settle(20);
    const [letter] = await fixture.store.readDead(1);
    const refusal = await refusalOf(fixture.client.call(NODE, 'node.dead.retry', { id: letter?.id ?? '' }));
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('tasks:news') });
    expect(await letters(fixture)).toHaveLength(1);
  });
});
