import { describe, expect, it } from 'vitest';
import { LEASE_MS, Registrar } from '../src/registrar/registrar.ts';
import { parseNamePattern } from '../src/table/name-pattern.ts';
import { fakeEndpoint } from './fake-endpoint.ts';
import { refusalOf, VirtualClock } from './node-fixture.ts';

function registrarOf(clock = new VirtualClock()): { registrar: Registrar; clock: VirtualClock } {
  return { registrar: new Registrar(clock), clock };
}

function pattern(text: string) {
  const outcome = parseNamePattern(text);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

describe('the registrar', () => {
  it('finds by address and by service, until it is removed', () => {
    const { registrar } = registrarOf();
    const one = fakeEndpoint('one', { services: ['one', 'shared'] });
    const two = fakeEndpoint('two', { services: ['shared'] });
    registrar.add(one, 'standing');
    registrar.add(two, 'standing');
    expect(registrar.at(one.address.text)).toBe(one);
    expect([...(registrar.serving('shared') ?? [])]).toEqual([one, two]);
    expect([...registrar.serviceNames()]).toEqual(['one', 'shared']);
    registrar.remove(one.address.text);
    registrar.remove(one.address.text);
    expect(registrar.at(one.address.text)).toBeUndefined();
    expect(registrar.serving('one')).toBeUndefined();
    expect([...(registrar.serving('shared') ?? [])]).toEqual([two]);
    expect(registrar.size).toBe(1);
  });

  it('refuses a second agent at one address', async () => {
    const { registrar } = registrarOf();
    registrar.add(fakeEndpoint('one'), 'standing');
    const adding = async (): Promise<void> => registrar.add(fakeEndpoint('one'), 'renewed');
    expect(await refusalOf(adding())).toMatchObject({ code: 'CONFLICT', at: 'kai://alice.hub.one' });
    expect(registrar.size).toBe(1);
  });

  it('searches by capability', () => {
    const { registrar } = registrarOf();
    const notes = fakeEndpoint('notes', { intents: ['notes.add', 'notes.list'] });
    const clock = fakeEndpoint('clock', { intents: ['clock.now'] });
    registrar.add(notes, 'standing');
    registrar.add(clock, 'standing');
    expect([...registrar.capableOf(pattern('notes.*'))]).toEqual([notes]);
    expect([...registrar.capableOf(pattern('*.now'))]).toEqual([clock]);
    expect([...registrar.capableOf(pattern('>'))]).toEqual([notes, clock]);
    expect([...registrar.capableOf(pattern('mail.send'))]).toEqual([]);
  });

  it('lets a lease run out unless a heartbeat or traffic renews it', async () => {
    const { registrar, clock } = registrarOf();
    const { text } = fakeEndpoint('far').address;
    registrar.add(fakeEndpoint('far'), 'renewed');
    await clock.advance(LEASE_MS - 1);
    expect(registrar.isOverdue(text)).toBe(false);
    registrar.renew(text, { health: 'alive', queue: 0 });
    await clock.advance(LEASE_MS - 1);
    expect(registrar.isOverdue(text)).toBe(false);
    await clock.advance(1);
    expect(registrar.isOverdue(text)).toBe(true);
    registrar.renew(text);
    expect(registrar.isOverdue(text)).toBe(false);
  });

  it('removes what was overdue for a whole lease, and nothing else', async () => {
    const { registrar, clock } = registrarOf();
    registrar.add(fakeEndpoint('here'), 'standing');
    registrar.add(fakeEndpoint('silent'), 'renewed');
    registrar.add(fakeEndpoint('talking'), 'renewed');
    await clock.advance(LEASE_MS);
    registrar.renew('kai://alice.hub.talking');
    await clock.advance(LEASE_MS - 1);
    expect(registrar.sweep()).toEqual([]);
    await clock.advance(1);
    expect(registrar.sweep()).toEqual(['kai://alice.hub.silent']);
    expect(registrar.size).toBe(2);
    await clock.advance(10 * LEASE_MS);
    expect(registrar.sweep()).toEqual(['kai://alice.hub.talking']);
    expect(registrar.isOverdue('kai://alice.hub.here')).toBe(false);
  });

  it('tells of every change until it is asked to stop', () => {
    const { registrar } = registrarOf();
    let changes = 0;
    const stop = registrar.onChange(() => {
      changes += 1;
    });
    registrar.add(fakeEndpoint('one'), 'standing');
    registrar.remove('kai://alice.hub.one');
    registrar.remove('kai://alice.hub.one');
    expect(changes).toBe(2);
    stop();
    registrar.add(fakeEndpoint('one'), 'standing');
    expect(changes).toBe(2);
  });
});
