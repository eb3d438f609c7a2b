import { describe, expect, it } from 'vitest';
import { HELD_MAX } from '../src/router/held.ts';
import { refusalOf, settle } from './node-fixture.ts';
import { type RouterFixture, routerFixture } from './router-fixture.ts';

const TO = 'kai://alice.hub.one';
const HOLD = { name: 'wait', hold: { until: { online: true }, forMs: 60_000 } };
const PATIENT = { timeoutMs: 3_600_000 };

function holding(): RouterFixture {
  const fixture = routerFixture();
  fixture.add('one');
  fixture.rules(HOLD);
  return fixture;
}

describe('held messages', () => {
  it('go on when the facts have changed, looked at every second', async () => {
    const fixture = holding();
    const reply = fixture.ask(TO, PATIENT);
    await fixture.clock.advance(5_000);
    expect(fixture.router.held).toBe(1);
    fixture.facts.online = true;
    await fixture.clock.advance(1_000);
    expect((await reply).payload).toBe(TO);
    expect(fixture.router.held).toBe(0);
  });

  it('go on at once when the rules have changed, and may be held again by another', async () => {
    const fixture = holding();
    const reply = fixture.ask(TO, PATIENT);
    fixture.rules({ ...HOLD, name: 'other' });
    expect(fixture.router.held).toBe(1);
    fixture.rules();
    expect((await reply).payload).toBe(TO);
  });

  it('are refused by new rules that refuse them', async () => {
    const fixture = holding();
    const refused = refusalOf(fixture.ask(TO, PATIENT));
    fixture.rules({ name: 'no', reject: 'not today' });
    expect(await refused).toMatchObject({ code: 'POLICY_DENIED', message: 'not today' });
  });

  it('wait no longer than their rule says, however often they are looked at', async () => {
    const fixture = holding();
    const refused = refusalOf(fixture.ask(TO, PATIENT));
    await fixture.clock.advance(30_000);
    fixture.rules(HOLD);
    await fixture.clock.advance(29_999);
    expect(fixture.router.held).toBe(1);
    await fixture.clock.advance(1_001);
    expect(await refused).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('rule wait'),
    });
  });

  it('expire on their own time-out', async () => {
    const fixture = holding();
    const refused = refusalOf(fixture.ask(TO, { timeoutMs: 500 }));
    await fixture.clock.advance(500);
    expect(await refused).toMatchObject({ code: 'EXPIRED' });
  });

  it('vanish when they are cancelled, and leave no timer behind', async () => {
    const fixture = holding();
    const abort = new AbortController();
    const refused = refusalOf(fixture.ask(TO, { ...PATIENT, signal: abort.signal }));
    abort.abort();
    expect(await refused).toMatchObject({ code: 'CANCELLED' });
    await fixture.clock.advance(3_600_000);
    expect(fixture.router.held).toBe(0);
    expect(fixture.clock.waiting).toBe(0);
  });

  it('are no more than a thousand', async () => {
    const fixture = holding();
    const kept = Array.from({ length: HELD_MAX }, () => refusalOf(fixture.ask(TO, PATIENT)));
    expect(await refusalOf(fixture.ask(TO, PATIENT))).toMatchObject({ code: 'OVERLOADED' });
    fixture.router.close();
    for (const { code } of await Promise.all(kept)) expect(code).toBe('UNAVAILABLE');
    await settle();
    expect(fixture.clock.waiting).toBe(0);
  });

  it('make room at once when they are cancelled', async () => {
    const fixture = holding();
    const abort = new AbortController();
    const kept = Array.from({ length: HELD_MAX }, () =>
      refusalOf(fixture.ask(TO, { ...PATIENT, signal: abort.signal })),
    );
    abort.abort();
    await Promise.all(kept);
    const reply = fixture.ask(TO, PATIENT);
    fixture.facts.online = true;
    await fixture.clock.advance(1_000);
    expect((await reply).payload).toBe(TO);
  });

  it('may be events, whose refusal is a dead letter', async () => {
    const fixture = holding();
    fixture.tell(TO);
    await fixture.clock.advance(61_000);
    expect(await fixture.store.readDead(10)).toMatchObject([{ code: 'UNAVAILABLE' }]);
  });
});

describe('rejected messages', () => {
  it('say the reason and who refused', async () => {
    const fixture = routerFixture();
    const one = fixture.add('one');
    fixture.rules({ name: 'night', match: { intent: 'do.*' }, reject: 'not at night' });
    expect(await refusalOf(fixture.ask(TO))).toMatchObject({
      code: 'POLICY_DENIED',
      message: 'not at night',
      at: 'kai://alice.hub',
      retryable: false,
    });
    expect(one.taken).toEqual([]);
    expect((await fixture.ask(TO, { intent: 'other' })).payload).toBe(TO);
  });
});

describe('addresses where nobody is', () => {
  it.each([
    ['kai://agent.oen', 'NO_ROUTE', 'did you mean kai://agent.one?'],
    ['kai://agent.quite-different', 'NO_ROUTE', 'kai agents lists who is here'],
    ['kai://alice.hub.two', 'NO_ROUTE', 'nobody is at kai://alice.hub.two'],
    ['kai://bob.hub', 'UNREACHABLE', 'no link leads'],
    ['kai://bob.hub.one', 'UNREACHABLE', 'no link leads'],
    ['kai://alice.hub2.one', 'UNREACHABLE', 'no link leads'],
    ['kai://admin.controller', 'NO_ROUTE', 'nobody is at'],
    ['kai://vault/secrets', 'NO_ROUTE', 'nobody is at'],
    ['policy://household', 'NO_ROUTE', 'nobody is at'],
    ['nonsense', 'INVALID_MESSAGE', 'a target begins with'],
  ])('%s: %s, %s', async (to, code, message) => {
    const fixture = routerFixture();
    fixture.add('one', { services: ['one'] });
    expect(await refusalOf(fixture.ask(to))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
