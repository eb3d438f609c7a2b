import { KaiError } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvous } from '../src/table/strategy.ts';
import { fakeEndpoint, refuses } from './fake-endpoint.ts';
import { refusalOf } from './node-fixture.ts';
import { type RouterFixture, routerFixture } from './router-fixture.ts';

const ADDRESS = (name: string): string => `kai://alice.hub.${name}`;
const S = { services: ['s'] };

function withInstances(strategy: string, ...names: string[]): RouterFixture {
  const fixture = routerFixture();
  for (const name of names) fixture.add(name, S);
  fixture.rules({ name: 'chosen', match: { to: 'kai://agent.s' }, service: 's', strategy });
  return fixture;
}

async function servedBy(fixture: RouterFixture, key?: string): Promise<string> {
  const reply = await fixture.ask('kai://agent.s', key === undefined ? {} : { context: { key } });
  return String(reply.payload);
}

describe('strategies', () => {
  it('round-robin takes each in turn', async () => {
    const fixture = withInstances('round-robin', 'a', 'b', 'c');
    const served: string[] = [];
    for (let n = 0; n < 7; n += 1) served.push(await servedBy(fixture));
    expect(served).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a'].map(ADDRESS));
  });

  it('round-robin stays even beside one that cannot take any, and when one comes or goes', async () => {
    const fixture = withInstances('round-robin', 'a', 'b', 'c', 'd');
    const dead = fixture.registrar.at(ADDRESS('b'));
    Object.assign(dead ?? {}, { health: 'dead' });
    const counts = new Map<string, number>();
    for (let n = 0; n < 300; n += 1) {
      const served = await servedBy(fixture);
      counts.set(served, (counts.get(served) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([100, 100, 100]);
    fixture.registrar.remove(ADDRESS('a'));
    fixture.add('e', S);
    const later = new Set<string>();
    for (let n = 0; n < 3; n += 1) later.add(await servedBy(fixture));
    expect([...later].toSorted()).toEqual(['c', 'd', 'e'].map(ADDRESS));
  });

  it('least-loaded takes the one with most room, the first of equals', async () => {
    const fixture = routerFixture();
    const [a, b, c] = [fixture.add('a', S), fixture.add('b', S), fixture.add('c', S)];
    fixture.rules({ name: 'chosen', service: 's', strategy: 'least-loaded' });
    expect(await servedBy(fixture)).toBe(a.address.text);
    a.load = 0.5;
    expect(await servedBy(fixture)).toBe(b.address.text);
    b.load = 0.9;
    c.load = 0.4;
    expect(await servedBy(fixture)).toBe(c.address.text);
  });

  it('sticky stays with one instance for a key, and for a sender without one', async () => {
    const fixture = withInstances('sticky', 'a', 'b', 'c', 'd');
    for (const key of ['k1', 'k2', 'k3', undefined]) {
      const first = await servedBy(fixture, key);
      for (let n = 0; n < 5; n += 1) expect(await servedBy(fixture, key)).toBe(first);
    }
  });

  it('rendezvous moves only the keys of an instance that goes, wherever it stood', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        names,
        fc.nat(),
        fc.array(fc.string(), { minLength: 1, maxLength: 50 }),
        (list, at, keys) => {
          const all = list.map((name) => fakeEndpoint(name));
          const gone = all[at % all.length];
          const left = all.filter((one) => one !== gone).toReversed();
          for (const key of keys) {
            const before = rendezvous(all, key);
            const after = rendezvous(left, key);
            if (before !== gone) expect(after).toBe(before);
            else expect(left).toContain(after);
          }
        },
      ),
    );
  });

  it('rendezvous spreads keys about evenly', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => fakeEndpoint(name));
    const counts = new Map<string, number>();
    for (let key = 0; key < 10_000; key += 1) {
      const { text } = rendezvous(all, `session-${key}`).address;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(counts.size).toBe(5);
    for (const count of counts.values()) expect(count).toBeGreaterThan(1_700);
    for (const count of counts.values()) expect(count).toBeLessThan(2_300);
  });

  it.each(['round-robin', 'least-loaded', 'sticky'])(
    '%s passes over those that cannot take one',
    async (strategy) => {
      const fixture = routerFixture();
      const [a, b, c] = [fixture.add('a', S), fixture.add('b', S), fixture.add('c', S)];
      fixture.rules({ name: 'chosen', service: 's', strategy });
      a.health = 'dead';
      b.health = 'suspect';
      for (let n = 0; n < 3; n += 1) expect(await servedBy(fixture, `k${n}`)).toBe(c.address.text);
      c.health = 'left';
      expect(await refusalOf(fixture.ask('kai://agent.s'))).toMatchObject({
        code: 'UNAVAILABLE',
        at: 'kai://agent.s',
      });
    },
  );
});

describe('failover', () => {
  const rule = { name: 'spare', match: { intent: 'do.it' }, failover: ['a', 'b', 'c'].map(ADDRESS) };

  it.each(['UNAVAILABLE', 'OVERLOADED', 'UNREACHABLE', 'AGENT_MOVED', 'NO_ROUTE'] as const)(
    'goes on after %s and says whom it tried',
    async (code) => {
      const fixture = routerFixture();
      const [a, b, c] = [fixture.add('a'), fixture.add('b'), fixture.add('c')];
      fixture.rules(rule);
      a.answer = refuses(a, code);
      b.answer = refuses(b, 'OVERLOADED');
      let tried: unknown;
      const answer = c.answer;
      c.answer = (exchange) => {
        tried = exchange.tried;
        answer?.(exchange);
      };
      expect((await fixture.ask('kai://agent.any')).payload).toBe(c.address.text);
      expect(tried).toEqual([
        { at: a.address.text, code },
        { at: b.address.text, code: 'OVERLOADED' },
      ]);
    },
  );

  it.each(['AGENT_FAILED', 'INVALID_PAYLOAD', 'POLICY_DENIED', 'CONFLICT'] as const)(
    'does not ask another after %s',
    async (code) => {
      const fixture = routerFixture();
      const [a, b] = [fixture.add('a'), fixture.add('b')];
      fixture.rules(rule);
      a.answer = refuses(a, code);
      expect(await refusalOf(fixture.ask('kai://agent.any'))).toMatchObject({ code });
      expect(b.taken).toEqual([]);
    },
  );

  it('ends with the last one’s error when nobody can', async () => {
    const fixture = routerFixture();
    for (const name of ['a', 'b', 'c']) {
      const endpoint = fixture.add(name);
      endpoint.answer = refuses(endpoint, name === 'c' ? 'OVERLOADED' : 'UNAVAILABLE');
    }
    fixture.rules(rule);
    expect(await refusalOf(fixture.ask('kai://agent.any'))).toMatchObject({
      code: 'OVERLOADED',
      at: ADDRESS('c'),
    });
  });

  it('passes over addresses where nobody is', async () => {
    const fixture = routerFixture();
    const c = fixture.add('c');
    fixture.rules(rule);
    expect((await fixture.ask('kai://agent.any')).payload).toBe(c.address.text);
    fixture.registrar.remove(c.address.text);
    expect(await refusalOf(fixture.ask('kai://agent.any'))).toMatchObject({ code: 'NO_ROUTE' });
  });

  it('tries all instances of a service that it names', async () => {
    const fixture = routerFixture();
    const [a, b] = [fixture.add('a', S), fixture.add('b', S)];
    fixture.rules({ name: 'spare', failover: ['kai://agent.s'] });
    a.answer = refuses(a, 'OVERLOADED');
    expect((await fixture.ask('kai://agent.s')).payload).toBe(b.address.text);
  });

  it('stops when nobody waits any more', async () => {
    const fixture = routerFixture();
    const [a, b] = [fixture.add('a'), fixture.add('b')];
    fixture.rules(rule);
    a.answer = undefined;
    const refused = refusalOf(fixture.ask('kai://agent.any', { timeoutMs: 100 }));
    await fixture.clock.advance(100);
    expect(await refused).toMatchObject({ code: 'EXPIRED' });
    a.taken[0]?.fail(new KaiError('OVERLOADED', 'too late'));
    expect(b.taken).toEqual([]);
  });
});

describe('broadcast', () => {
  it('gathers what all answer', async () => {
    const fixture = withInstances('broadcast', 'a', 'b', 'c');
    const { payload } = await fixture.ask('kai://agent.s');
    expect(payload).toEqual({
      answers: ['a', 'b', 'c'].map((name) => ({ from: ADDRESS(name), payload: ADDRESS(name) })),
      failures: [],
    });
  });

  it('tells who failed beside who answered', async () => {
    const fixture = routerFixture();
    const [a, b] = [fixture.add('a', S), fixture.add('b', S)];
    fixture.rules({ name: 'all', service: 's', strategy: 'broadcast' });
    b.answer = refuses(b, 'OVERLOADED');
    const { payload } = await fixture.ask('kai://agent.s');
    expect(payload).toMatchObject({
      answers: [{ from: a.address.text }],
      failures: [{ from: b.address.text, error: { code: 'OVERLOADED' } }],
    });
  });

  it('fails when all do, with the first failure', async () => {
    const fixture = routerFixture();
    for (const name of ['a', 'b']) {
      const endpoint = fixture.add(name, S);
      endpoint.answer = refuses(endpoint, name === 'a' ? 'AGENT_FAILED' : 'OVERLOADED');
    }
    fixture.rules({ name: 'all', service: 's', strategy: 'broadcast' });
    expect(await refusalOf(fixture.ask('kai://agent.s'))).toMatchObject({ code: 'AGENT_FAILED' });
  });

  it('takes the question back from all of them when its time is over', async () => {
    const fixture = routerFixture();
    const [a, b] = [fixture.add('a', S), fixture.add('b', S)];
    fixture.rules({ name: 'all', service: 's', strategy: 'broadcast' });
    b.answer = undefined;
    const refused = refusalOf(fixture.ask('kai://agent.s', { timeoutMs: 100 }));
    await fixture.clock.advance(100);
    expect(await refused).toMatchObject({ code: 'EXPIRED' });
    expect(a.taken[0]?.settled).toBe(true);
    expect(b.taken[0]?.settled).toBe(true);
  });

  it('keeps one dead letter for each that could not take an event', async () => {
    const fixture = routerFixture();
    for (const name of ['a', 'b']) {
      const endpoint = fixture.add(name, S);
      endpoint.answer = refuses(endpoint, 'OVERLOADED');
    }
    fixture.rules({ name: 'all', service: 's', strategy: 'broadcast' });
    fixture.tell('kai://agent.s');
    await fixture.clock.advance(0);
    expect(await fixture.store.readDead(10)).toHaveLength(2);
  });
});

describe('the privacy label', () => {
  it.each<[string, object]>([
    ['an address', { to: ADDRESS('far') }],
    ['failover', { failover: [ADDRESS('far')] }],
    ['a service', { service: 's' }],
    ['broadcast', { service: 's', strategy: 'broadcast' }],
  ])('holds whatever the table says: %s', async (_, action) => {
    const fixture = routerFixture();
    const far = fixture.add('far', { services: ['s'], reach: 'lan' });
    fixture.rules({ name: 'outwards', ...action });
    expect(await refusalOf(fixture.ask('kai://agent.s'))).toMatchObject({ code: 'REACH_DENIED' });
    expect(far.taken).toEqual([]);
    const { payload } = await fixture.ask('kai://agent.s', { context: { reach: 'lan' } });
    expect(JSON.stringify(payload)).toContain(far.address.text);
  });

  it.each<[string, object]>([
    ['failover', { failover: [ADDRESS('near'), ADDRESS('far')] }],
    ['round-robin', { service: 's' }],
    ['least-loaded', { service: 's', strategy: 'least-loaded' }],
    ['broadcast', { service: 's', strategy: 'broadcast' }],
  ])('leaves those that are near enough: %s', async (_, action) => {
    const fixture = routerFixture();
    const far = fixture.add('far', { services: ['s'], reach: 'org' });
    const near = fixture.add('near', { services: ['s'], load: 0.5 });
    fixture.rules({ name: 'mixed', ...action });
    for (let n = 0; n < 3; n += 1) {
      expect(JSON.stringify((await fixture.ask('kai://agent.s')).payload)).toContain(near.address.text);
    }
    near.answer = refuses(near, 'OVERLOADED');
    await refusalOf(fixture.ask('kai://agent.s'));
    expect(far.taken).toEqual([]);
  });
});
