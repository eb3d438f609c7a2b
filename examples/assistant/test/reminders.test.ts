import { MEMORY_RETENTION_DEFAULT, MemoryDisk, openMemoryStore } from '@kai/stores/memory';
import type { JsonObject } from 'kai';
import { describe, expect, it } from 'vitest';
import { WAITING_MAX } from '../agents/reminders/reminder.ts';
import { reminders } from '../agents/reminders/reminders.ts';
import { Assistant } from './assistant.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

interface Reminder extends JsonObject {
  readonly id: string;
  readonly what: string;
  readonly due: number;
  readonly status: string;
}
interface One extends JsonObject {
  readonly text: string;
  readonly reminder: Reminder;
}
interface Many extends JsonObject {
  readonly text: string;
  readonly reminders: readonly Reminder[];
}

/** What events carry. */
interface Told extends JsonObject {
  readonly reminder: Reminder;
}

const settings = { timeZone: 'Europe/Berlin' };

/** Tuesday, 13:00 in Berlin, unless another time is given. */
function clockAt(now = '2026-03-10T12:00:00Z'): VirtualClock {
  return new VirtualClock(now);
}

async function open(clock: VirtualClock, store = openMemoryStore()): Promise<Assistant> {
  return await Assistant.start({ agents: [{ definition: reminders, settings }], clock, store });
}

describe('a reminder', () => {
  it('comes when it is due, once', async () => {
    const clock = clockAt();
    await using assistant = await open(clock);
    const fired = assistant.hear<Told>('tasks:reminders.fired');
    const { text, reminder } = await assistant.ask<One>('reminders.add', {
      text: 'to take the pills at 17:00',
    });
    expect(text).toBe('I will remind you today at 17:00: take the pills.');
    await clock.jumpTo('2026-03-10T15:59:59Z');
    expect(fired).toEqual([]);
    await clock.jumpTo('2026-03-10T16:00:00Z');
    await clock.jumpTo('2026-03-12T12:00:00Z');
    const firedAt = Date.parse('2026-03-10T16:00:00Z');
    expect(fired).toEqual([{ reminder: { ...reminder, status: 'fired', firedAt }, late: null }]);
    expect((await assistant.ask<Many>('reminders.list')).reminders).toEqual([]);
    expect((await assistant.ask<Many>('reminders.list', { all: true })).reminders).toMatchObject([
      { status: 'fired' },
    ]);
  });

  it('that repeats comes again and again, over the change of the clocks', async () => {
    const clock = clockAt('2026-03-27T12:00:00Z');
    await using assistant = await open(clock);
    const fired = assistant.hear<Told>('tasks:reminders.fired');
    const { text, reminder } = await assistant.ask<One>('reminders.add', {
      when: 'every day at 9',
      what: 'feed the birds',
    });
    expect(text).toBe(
      'I will remind you every day at 09:00: feed the birds. The first time is tomorrow at 09:00.',
    );
    expect(reminder).toMatchObject({ repeats: 'every day at 09:00' });
    for (const day of ['28T08', '29T07', '30T07']) await clock.jumpTo(`2026-03-${day}:00:00Z`);
    const times = fired.map(({ reminder: { firedAt } }) => new Date(Number(firedAt)).toISOString());
    expect(times).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
    expect((await assistant.ask<Many>('reminders.list')).reminders).toMatchObject([
      { status: 'waiting', due: Date.parse('2026-03-31T07:00:00Z') },
    ]);
  });

  it('asks when no time was said, and makes nothing', async () => {
    await using assistant = await open(clockAt());
    const asked = await assistant.ask('reminders.add', { text: 'to water the plants' });
    expect(asked).toEqual({
      text: 'When shall I remind you? Say "remind me tomorrow at 9 to water the plants", for example.',
      reminder: null,
    });
    expect((await assistant.ask<Many>('reminders.list', { all: true })).reminders).toEqual([]);
  });

  it('is listed soonest first', async () => {
    await using assistant = await open(clockAt());
    for (const text of ['b tomorrow at 9', 'c every Monday at 9', 'a in ten minutes'])
      await assistant.ask('reminders.add', { text });
    const { text, reminders: listed } = await assistant.ask<Many>('reminders.list');
    expect(listed.map(({ what }) => what)).toEqual(['a', 'b', 'c']);
    expect(text).toBe(
      '3 reminders are waiting:\n• a, in 10 minutes, at 13:10\n• b, tomorrow at 09:00\n• c, on Monday at 09:00 (every Monday at 09:00)',
    );
  });

  it('is cancelled by its words, and restored', async () => {
    const clock = clockAt();
    await using assistant = await open(clock);
    const fired = assistant.hear<Told>('tasks:reminders.fired');
    const changed = assistant.hear<Told>('tasks:reminders.changed');
    const { reminder } = await assistant.ask<One>('reminders.add', { text: 'take the pills at 17:00' });
    expect((await assistant.ask<One>('reminders.cancel', { query: 'pill' })).reminder).toEqual({
      ...reminder,
      status: 'cancelled',
    });
    await clock.jumpTo('2026-03-10T15:00:00Z');
    expect((await assistant.ask<One>('reminders.restore', { id: reminder.id })).reminder).toEqual(reminder);
    await clock.jumpTo('2026-03-10T16:00:00Z');
    expect(fired).toHaveLength(1);
    expect(changed.map(({ reminder }) => reminder.status)).toEqual([
      'waiting',
      'cancelled',
      'waiting',
      'fired',
    ]);
  });

  it('that is cancelled stays silent, and cannot come back after its time', async () => {
    const clock = clockAt();
    await using assistant = await open(clock);
    const fired = assistant.hear<Told>('tasks:reminders.fired');
    const { reminder } = await assistant.ask<One>('reminders.add', { text: 'take the pills at 17:00' });
    await assistant.ask('reminders.cancel', { id: reminder.id });
    await clock.jumpTo('2026-03-11T12:00:00Z');
    expect(fired).toEqual([]);
    await expect(assistant.ask('reminders.restore', { id: reminder.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(assistant.ask('reminders.cancel', { id: reminder.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is not cancelled by words that fit several', async () => {
    await using assistant = await open(clockAt());
    for (const text of ['take the red pills at 17:00', 'take the blue pills at 18:00'])
      await assistant.ask('reminders.add', { text });
    const which = await assistant.ask<Many>('reminders.cancel', { query: 'pills' });
    expect(which.text).toMatch(/^2 reminders fit\. Which one\?/);
    expect((await assistant.ask<One>('reminders.cancel', { query: 'blue pills' })).text).toBe(
      'Cancelled: take the blue pills.',
    );
  });

  it('is one of at most so many', async () => {
    await using assistant = await open(clockAt());
    const add = (at: number) => assistant.ask('reminders.add', { text: `number ${at} tomorrow at 9:00` });
    for (let at = 0; at < WAITING_MAX; at += 1) await add(at);
    await expect(add(WAITING_MAX)).rejects.toMatchObject({ code: 'OVERLOADED', retryable: false });
  });
});

describe('while the node is off', () => {
  /** Makes a reminder, stops the node, starts it at `now`, and returns what fired then. */
  async function firedAfter(text: string, now: string): Promise<readonly JsonObject[]> {
    const disk = new MemoryDisk(MEMORY_RETENTION_DEFAULT);
    {
      await using store = openMemoryStore({ disk });
      await using assistant = await open(clockAt(), store);
      await assistant.ask('reminders.add', { text });
    }
    await using store = openMemoryStore({ disk });
    await using node = await Assistant.start({ agents: [], clock: clockAt(now), store });
    const fired = node.hear<Told>('tasks:reminders.fired');
    node.node.register(reminders, { settings });
    await settled();
    return fired;
  }

  it('a reminder that falls due comes at the start, and says that it is late', async () => {
    expect(await firedAfter('take the pills at 17:00', '2026-03-10T19:00:00Z')).toMatchObject([
      {
        reminder: { what: 'take the pills', status: 'fired' },
        late: 'This was due at 17:00, while I was off.',
      },
    ]);
    expect(await firedAfter('take the pills at 17:00', '2026-03-11T12:00:00Z')).toMatchObject([
      { late: 'This was due yesterday at 17:00, while I was off.' },
    ]);
  });

  it('a repeating one that missed five times comes once', async () => {
    expect(await firedAfter('every day at 17:00 take the pills', '2026-03-14T19:00:00Z')).toMatchObject([
      {
        reminder: { what: 'take the pills' },
        late: 'This was due on Tuesday, 10 March at 17:00, while I was off; so were 4 more times since.',
      },
    ]);
  });

  it('a reminder that is still to come waits on', async () => {
    expect(await firedAfter('take the pills at 17:00', '2026-03-10T15:00:00Z')).toEqual([]);
  });
});

it('refuses a time zone that does not exist', async () => {
  const assistant = await Assistant.start({
    agents: [{ definition: reminders, settings: { timeZone: 'Mars' } }],
  });
  await using _ = assistant;
  await expect(assistant.ask('reminders.list')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
