import type { JsonObject, JsonValue } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { parseRule, type Rule } from '../src/index.ts';
import { LEASE_MS } from '../src/registrar/registrar.ts';
import { agentOf, type Fixture, refusalOf, settle, startFixture } from './node-fixture.ts';

const NODE = 'kai://alice.hub';

async function ask({ client }: Fixture, intent: string, payload: JsonValue = {}): Promise<JsonObject> {
  return (await client.call(NODE, intent, payload, { timeoutMs: 60_000 })) as JsonObject;
}

function rule(source: JsonObject): Rule {
  const outcome = parseRule(source, 0);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.misfits));
  return outcome.rule;
}

describe('the node’s own agent', () => {
  it('answers ping', async () => {
    await using fixture = await startFixture();
    expect(await ask(fixture, 'ping', { nonce: 'x' })).toMatchObject({ nonce: 'x', incarnation: 1 });
  });

  it('says how the node is, with what was admitted, replied, failed and refused', async () => {
    await using fixture = await startFixture({ version: '1.2.3', topology: 'home' });
    fixture.node.register(
      agentOf('worker', 'work', (how) => {
        if (how === 'fail') throw new Error('no');
      }),
    );
    await fixture.client.call('kai://agent.worker', 'work');
    await refusalOf(fixture.client.call('kai://agent.worker', 'work', 'fail'));
    await refusalOf(fixture.client.call('kai://agent.nobody', 'work'));
    await fixture.clock.advance(1000);
    expect(await ask(fixture, 'node.status')).toMatchObject({
      node: NODE,
      version: '1.2.3',
      topology: 'home',
      incarnation: 1,
      agents: 2,
      queue: 0,
      held: 0,
      messages: { admitted: 4, replied: 1, failed: 1, refused: 1, perSecond: 4 },
      table: { version: 1, rules: 0 },
      models: [],
    });
  });

  it('tells who can be asked an intent', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('notes', 'notes.add', () => 1));
    fixture.node.register(agentOf('clock', 'clock.now', () => 1));
    const names = async (intent: string) =>
      ((await ask(fixture, 'node.agents', { intent })) as { agents: { name: string }[] }).agents.map(
        ({ name }) => name,
      );
    expect(await names('notes.*')).toEqual(['notes']);
    expect(await names('mail.send')).toEqual([]);
    expect(await refusalOf(ask(fixture, 'node.agents', { intent: 'a*' }))).toMatchObject({
      code: 'INVALID_PAYLOAD',
    });
  });

  it('follows who is here: at the start, and at every change', async () => {
    await using fixture = await startFixture();
    const stream = fixture.client.stream(NODE, 'node.agents.follow', {}, { timeoutMs: 1e9 });
    const names = async (): Promise<JsonValue[]> => {
      const next = stream.next();
      await fixture.clock.advance(1000);
      return (((await next).value as JsonObject).agents as JsonObject[]).map(({ name }) => name ?? null);
    };
    expect(await names()).toEqual(['node']);
    fixture.node.register(agentOf('worker', 'work', () => 1));
    expect(await names()).toEqual(['node', 'worker']);
    await stream.return(undefined as never);
    await settle();
  });

  it('explains where a message would go, and why, as it would really go', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('worker', 'work', () => 1));
    fixture.node.setRules([
      rule({ name: 'night', match: { time: '00:00-24:00', intent: 'sleep' }, reject: 'no' }),
      rule({ name: 'pool', match: { intent: 'work' }, service: 'worker', strategy: 'sticky' }),
    ]);
    expect(await ask(fixture, 'node.explain', { to: 'kai://agent.any', intent: 'work' })).toEqual({
      rule: 'pool',
      action: { name: 'pool', match: { intent: 'work' }, action: { service: 'worker', strategy: 'sticky' } },
      targets: ['kai://alice.hub.worker'],
      steps: [
        { rule: 'night', matched: false, why: 'intent is not sleep' },
        { rule: 'pool', matched: true, why: 'everything it asks for holds' },
      ],
    });
    expect(await ask(fixture, 'node.explain', { to: 'kai://agent.worker', intent: 'other' })).toMatchObject({
      rule: 'address',
      action: { to: 'kai://agent.worker' },
      targets: ['kai://alice.hub.worker'],
    });
    const wrong = fixture.client.call(NODE, 'node.explain', { to: 'nowhere', intent: 'x' });
    expect(await refusalOf(wrong)).toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining('/to'),
    });
  });

  it('lists the rules as they were written', async () => {
    await using fixture = await startFixture();
    const sources: JsonObject[] = [
      {
        name: 'a',
        match: { from: 'kai://x.>', facts: { load: '> 0.8', on: true }, bytes: '<= 10' },
        to: NODE,
      },
      { name: 'b', match: { priority: ['low'], context: { key: 'k' } }, failover: [NODE] },
      { name: 'c', match: { time: '22:00-07:00' }, hold: { until: { on: true }, forMs: 5 } },
      { name: 'd', match: { intent: 'x' }, reject: 'no' },
    ];
    fixture.node.setRules(sources.map(rule));
    const { rules, version } = await ask(fixture, 'node.routes');
    expect(version).toBe(2);
    expect(rules).toEqual(sources.map(({ name = '', match = {}, ...action }) => ({ name, match, action })));
  });

  it('pages through the trace by time, further back than one page', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('worker', 'work', () => 1));
    for (let n = 0; n < 1500; n += 1) {
      await fixture.client.call('kai://agent.worker', 'work', n);
      if (n % 100 === 0) await fixture.clock.advance(1);
    }
    const seen = new Set<JsonValue>();
    let before = Number.MAX_SAFE_INTEGER;
    for (let page = 0; page < 30; page += 1) {
      const { entries } = (await ask(fixture, 'node.trace', { limit: 300, before })) as {
        entries: JsonObject[];
      };
      for (const { payload, outcome } of entries) if (outcome === 'admitted') seen.add(payload ?? null);
      before = Math.min(before, ...entries.map(({ at }) => Number(at)));
    }
    expect(seen.has('0')).toBe(true);
  });

  it('pages through everything that happened within one millisecond', async () => {
    await using fixture = await startFixture();
    fixture.node.register(agentOf('worker', 'work', () => 1));
    for (let n = 0; n < 50; n += 1) await fixture.client.call('kai://agent.worker', 'work', n);
    const seen: JsonObject[] = [];
    let page: JsonObject[];
    do {
      const { at = 0, id = '', outcome = '' } = seen.at(-1) ?? {};
      const past = seen.length === 0 ? {} : { past: { at, id, outcome } };
      const answer = await ask(fixture, 'node.trace', { limit: 7, containing: 'agent.worker', ...past });
      page = answer.entries as JsonObject[];
      seen.push(...page);
    } while (page.length > 0);
    const admitted = seen.filter(({ outcome }) => outcome === 'admitted').map(({ payload }) => payload);
    expect(admitted).toEqual(Array.from({ length: 50 }, (_, n) => `${49 - n}`));
    expect(new Set(seen.map(({ id, outcome }) => `${id} ${outcome}`)).size).toBe(seen.length);
  });

  it('renews and takes back leases only of those who have one', async () => {
    await using fixture = await startFixture();
    fixture.node.register(
      agentOf('worker', 'work', (intent, handling) =>
        handling.call(NODE, String(intent), intent === 'heartbeat' ? { health: 'alive', queue: 0 } : {}),
      ),
    );
    expect(await fixture.client.call('kai://agent.worker', 'work', 'heartbeat')).toEqual({});
    expect(await fixture.client.call('kai://agent.worker', 'work', 'disconnect')).toEqual({});
    await fixture.clock.advance(3 * LEASE_MS);
    expect(await fixture.client.call('kai://agent.worker', 'work', 'heartbeat')).toEqual({});
    const wrong = fixture.client.call(NODE, 'heartbeat', { health: 'splendid', queue: 0 });
    expect(await refusalOf(wrong)).toMatchObject({ code: 'INVALID_PAYLOAD' });
  });

  it('says that a model is not ready which does not say how it is', async () => {
    await using fixture = await startFixture({ models: [silentModel()] });
    const asked = ask(fixture, 'node.status');
    await fixture.clock.advance(1000);
    expect(await asked).toMatchObject({ models: [{ name: 'silent', ready: false }] });
  });
});

function silentModel() {
  return {
    name: 'silent',
    model: 'm',
    reach: 'device' as const,
    where: 'on this device',
    health: () => new Promise<never>(() => {}),
    async *chat() {
      yield { kind: 'end' as const, reason: 'stop' as const };
    },
  };
}
