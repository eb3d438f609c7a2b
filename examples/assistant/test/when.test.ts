import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime } from '../agents/reminders/repetition.ts';
import { cleaned, parseWhen, parseWish, type Said } from '../agents/reminders/when.ts';
import { instantOf, isTimeZone, plusDays, wallTimeAt } from '../agents/reminders/zone.ts';
import { threadTimeOf } from './thread-time.ts';

const BERLIN = 'Europe/Berlin';
/** Tuesday, 14:37 in Berlin. */
const NOW = Date.parse('2026-03-10T13:37:00Z');

function local(instant: number, timeZone = BERLIN): string {
  const { year, month, day, hour, minute } = wallTimeAt(instant, timeZone);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

function told(said: Said | string, now = NOW, timeZone = BERLIN): string {
  const wish = parseWish(typeof said === 'string' ? { text: said } : said, { now, timeZone });
  if (wish.kind === 'problem') return `? ${wish.message}`;
  const repeats = wish.repeats === undefined ? '' : ` | ${wish.repeats.text} | ${wish.repeats.cron}`;
  return `${local(wish.due, timeZone)} | ${wish.what}${repeats}`;
}

describe('one moment', () => {
  it.each([
    ['in ten minutes to call mum', '2026-03-10 14:47 | call mum'],
    ['to check the oven in 20 minutes, please', '2026-03-10 14:57 | check the oven'],
    ['in an hour and a half to check the oven', '2026-03-10 16:07 | check the oven'],
    ['in a quarter of an hour to stretch', '2026-03-10 14:52 | stretch'],
    ['in 2 days to check the boiler', '2026-03-12 14:37 | check the boiler'],
    ['to take the pills at 17:00', '2026-03-10 17:00 | take the pills'],
    ['at 5pm to call', '2026-03-10 17:00 | call'],
    ['at 5 p.m. to call', '2026-03-10 17:00 | call'],
    ['at 17h to call', '2026-03-10 17:00 | call'],
    ['at 17h30 to call', '2026-03-10 17:30 | call'],
    ['at noon tomorrow to eat', '2026-03-11 12:00 | eat'],
    ['at midnight to sleep', '2026-03-11 00:00 | sleep'],
    ['at half past five to go', '2026-03-10 17:30 | go'],
    ['at quarter to six to go', '2026-03-10 17:45 | go'],
    ['at ten to six to go', '2026-03-10 17:50 | go'],
    ['tomorrow at 9 to write to Anna', '2026-03-11 09:00 | write to Anna'],
    ['tomorrow to call mum', '2026-03-11 09:00 | call mum'],
    ['tomorrow evening at 7 to call mum', '2026-03-11 19:00 | call mum'],
    ['at 5 tomorrow afternoon to call', '2026-03-11 17:00 | call'],
    ['tonight to lock the door', '2026-03-10 20:00 | lock the door'],
    ['in the morning to jog', '2026-03-11 08:00 | jog'],
    ['on Friday to call mum at 5pm', '2026-03-13 17:00 | call mum'],
    ['on Tuesday at 9 to call', '2026-03-17 09:00 | call'],
    ['on the 15th at 10 to pay', '2026-03-15 10:00 | pay'],
    ['on the 5th to pay', '2026-04-05 09:00 | pay'],
    ['on 12 April at 8:15 to pay', '2026-04-12 08:15 | pay'],
    ['next week to call the plumber', '2026-03-17 09:00 | call the plumber'],
    ['the day after tomorrow at 10 to call', '2026-03-12 10:00 | call'],
  ])('%s', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it('that has passed today means tomorrow', () => {
    expect(told('at 9:00 to call mum')).toBe('2026-03-11 09:00 | call mum');
    expect(told('at 14:37 to call mum')).toBe('2026-03-11 14:37 | call mum');
    expect(told('at 14:38 to call mum')).toBe('2026-03-10 14:38 | call mum');
  });

  it('takes a bare early hour, said after noon, for the afternoon', () => {
    expect(told('at 5 to talk to Bob')).toBe('2026-03-10 17:00 | talk to Bob');
    expect(told('at 5:00 to talk to Bob')).toBe('2026-03-11 05:00 | talk to Bob');
    expect(told('at 9 to talk to Bob')).toBe('2026-03-11 09:00 | talk to Bob');
  });

  it.each(['to buy sun cream', 'to march', 'to read chapter 3', 'to take 2 pills', 'to water the plants'])(
    'sees no time in "%s" and asks with an example',
    (text) => {
      expect(told(text)).toBe(
        `? When shall I remind you? Say "remind me tomorrow at 9 ${text}", for example.`,
      );
    },
  );

  it('prefers a time to what only looks like a date', () => {
    expect(told('to buy sun cream at 10am')).toBe('2026-03-11 10:00 | buy sun cream');
    expect(told('march the dog at 5pm')).toBe('2026-03-10 17:00 | march the dog');
  });

  it.each([
    ['today at 9 to call', /already passed today/],
    ['yesterday at 5 to call', /already passed/],
    ['5 minutes ago to call', /already passed/],
    ['at 25:00 to call', /do not understand when/],
    ['in 99999999999 years to call', /do not understand when/],
    ['at 17:00', /What shall I remind you of/],
    ['', /of what, and when/],
  ])('refuses "%s" with what to write instead', (text, expected) => {
    expect(told(text)).toMatch(expected);
  });
});

describe('a repetition', () => {
  it.each([
    [
      'every Monday at 9 to put the bins out',
      '2026-03-16 09:00 | put the bins out | every Monday at 09:00 | 0 9 * * 1',
    ],
    ['every day at 8 to take 2 pills', '2026-03-11 08:00 | take 2 pills | every day at 08:00 | 0 8 * * *'],
    [
      'to take the pills at 8am every day',
      '2026-03-11 08:00 | take the pills | every day at 08:00 | 0 8 * * *',
    ],
    [
      'every day at 8 and 20 to inhale',
      '2026-03-10 20:00 | inhale | every day at 08:00 and 20:00 | 0 8,20 * * *',
    ],
    ['every weekday at 7:30 to get up', '2026-03-11 07:30 | get up | every weekday at 07:30 | 30 7 * * 1-5'],
    [
      'every month on the 1st at 10 to pay',
      '2026-04-01 10:00 | pay | on the 1st of every month at 10:00 | 0 10 1 * *',
    ],
    [
      'every 2 hours to drink',
      '2026-03-10 16:37 | drink | every 2 hours | 37 0,2,4,6,8,10,12,14,16,18,20,22 * * *',
    ],
    ['every hour to stand up', '2026-03-10 15:37 | stand up | every hour | 37 * * * *'],
    ['every half hour to blink', '2026-03-10 15:07 | blink | every 30 minutes | 7,37 * * * *'],
    ['every ten minutes to blink', '2026-03-10 14:47 | blink | every 10 minutes | 7,17,27,37,47,57 * * * *'],
    ['every morning to stretch', '2026-03-11 08:00 | stretch | every day at 08:00 | 0 8 * * *'],
    ['every night at ten to lock up', '2026-03-10 22:00 | lock up | every day at 22:00 | 0 22 * * *'],
    ['on Mondays at 7pm to dance', '2026-03-16 19:00 | dance | every Monday at 19:00 | 0 19 * * 1'],
    [
      'every Tuesday and Thursday evening to swim',
      '2026-03-10 19:00 | swim | every Tuesday and Thursday at 19:00 | 0 19 * * 2,4',
    ],
    [
      'on the last Friday of every month at 16:00 to report',
      '2026-03-27 16:00 | report | on the last Friday of every month at 16:00 | 0 16 * * 5#L',
    ],
    [
      'every year on 29 February to dance',
      '2028-02-29 09:00 | dance | every year on 29 February at 09:00 | 0 9 29 2 *',
    ],
    ['every 31st at 8 to pay', '2026-03-31 08:00 | pay | on the 31st of every month at 08:00 | 0 8 31 * *'],
  ])('%s', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it.each([
    ['every 5 hours to drink', 'every 4 hours'],
    ['every 7 minutes to drink', 'every 6 minutes'],
    ['every other Monday to swim', 'every Monday at 9'],
    ['every three days to water', 'every day at 9'],
    ['every month to pay', 'every month on the 1st at 10'],
    ['every week to swim', 'every Monday at 9'],
    ['twice a day to inhale', 'every day at 8 and 20'],
    ['every third day to water', 'every day at 8 and 20'],
    ['every day at 8 and 20:30 to inhale', 'same minutes'],
  ])('refuses "%s" and says what to write instead', (text, expected) => {
    expect(told(text)).toMatch(/^\? /);
    expect(told(text)).toContain(expected);
  });

  it('every word of an answer says the repetition again', () => {
    for (const text of [
      'every Monday at 09:00',
      'every day at 08:00 and 20:00',
      'on the 1st of every month at 10:00',
    ]) {
      expect(told(`${text} to call`)).toContain(`| ${text} |`);
    }
  });
});

describe('what and when apart', () => {
  it('takes them as they are', () => {
    expect(told({ when: 'tomorrow at 9', what: 'to call mum.' })).toBe('2026-03-11 09:00 | call mum');
  });

  it('puts a sentence together again that was split at the wrong "to"', () => {
    expect(told({ when: 'to talk', what: 'Bob at 17:00' })).toBe('2026-03-10 17:00 | talk to Bob');
    expect(told({ when: 'tomorrow at 9 to write', what: 'Anna' })).toBe('2026-03-11 09:00 | write to Anna');
  });
});

describe('across the change of the clocks', () => {
  const spring = Date.parse('2026-03-28T12:00:00Z');
  const autumn = Date.parse('2026-10-24T12:00:00Z');

  it('a time of day stays what the wall shows, in Berlin', () => {
    expect(told('tomorrow at 9 to call', spring)).toBe('2026-03-29 09:00 | call');
    expect(told('tomorrow at 9 to call', autumn)).toBe('2026-10-25 09:00 | call');
  });

  it('and in New York', () => {
    const now = Date.parse('2026-03-07T17:00:00Z');
    expect(told('tomorrow at 9 to call', now, 'America/New_York')).toBe('2026-03-08 09:00 | call');
    expect(told('every day at 9 to call', now, 'America/New_York')).toContain('2026-03-08 09:00');
  });

  it('a duration is that long', () => {
    const wish = parseWish({ text: 'in 24 hours to call' }, { now: spring, timeZone: BERLIN });
    expect(wish.kind === 'wish' ? wish.due - spring : 0).toBe(24 * 3_600_000);
  });

  it('a time that does not exist comes an hour later; one that exists twice, the first time', () => {
    expect(told('tomorrow at 2:30 to call', spring)).toBe('2026-03-29 03:30 | call');
    const wish = parseWish({ text: 'tomorrow at 2:30 to call' }, { now: autumn, timeZone: BERLIN });
    expect(wish.kind === 'wish' ? new Date(wish.due).toISOString() : '').toBe('2026-10-25T00:30:00.000Z');
  });

  it('a repetition keeps its time of day', () => {
    const days = [spring];
    for (let day = 0; day < 3; day += 1) days.push(nextTime('0 9 * * *', days.at(-1) ?? 0, BERLIN) ?? 0);
    expect(days.slice(1).map((due) => local(due))).toEqual([
      '2026-03-29 09:00',
      '2026-03-30 09:00',
      '2026-03-31 09:00',
    ]);
  });
});

describe('wall time', () => {
  it('there and back is the same instant, unless that hour happens twice', () => {
    const minutes = fc.integer({
      min: Date.parse('2000-01-01') / 60_000,
      max: Date.parse('2050-01-01') / 60_000,
    });
    const zones = fc.constantFrom(BERLIN, 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const instant = minute * 60_000;
        const wall = wallTimeAt(instant, zone);
        const back = instantOf(wall, zone);
        expect(wallTimeAt(back, zone)).toEqual(wall);
        expect(instant - back).toBeGreaterThanOrEqual(0);
        expect(instant - back).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  it('counts days over months and years', () => {
    const wall = { year: 2026, month: 12, day: 31, hour: 9, minute: 5 };
    expect(plusDays(wall, 1)).toEqual({ year: 2027, month: 1, day: 1, hour: 9, minute: 5 });
  });

  it('knows time zones from other words', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...'every at in on the 15th tomorrow next friday 17:00 5pm noon half past to two hours week 29 february - , : every other 0 99 last day of month am'.split(
      ' ',
    ),
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(words, { maxLength: 14 }).map((list) => list.join(' ')),
  );

  it('never throws, and what falls due lies ahead', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const when = parseWhen(text, { now: NOW, timeZone: BERLIN });
        if (when.kind === 'when') expect(when.due).toBeGreaterThan(NOW);
        const wish = parseWish({ text }, { now: NOW, timeZone: BERLIN });
        if (wish.kind === 'wish') expect(wish.what).not.toBe('');
        else expect(wish.message).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read in bounded time, however long', () => {
    for (const piece of ['every ', 'at 5 and ', '1:', 'half past ', 'a', 'on the ', 'every monday, ']) {
      const text = piece.repeat(20_000);
      expect(threadTimeOf(() => parseWish({ text }, { now: NOW, timeZone: BERLIN }))).toBeLessThan(500);
    }
  });

  it('with "at HH:MM" gives that minute', () => {
    const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const nows = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-12-31') });
    fc.assert(
      fc.property(times, nows, ([hour, minute], now) => {
        const text = `to call mum at ${hour}:${String(minute).padStart(2, '0')}`;
        const wish = parseWish({ text }, { now, timeZone: 'UTC' });
        expect(wish).toMatchObject({ kind: 'wish', what: 'call mum' });
        if (wish.kind !== 'wish') return;
        expect(wallTimeAt(wish.due, 'UTC')).toMatchObject({ hour, minute });
        expect(wish.due - now).toBeGreaterThan(0);
        expect(wish.due - now).toBeLessThanOrEqual(86_400_000);
      }),
      { numRuns: 500 },
    );
  });

  it('is cleaned to what shall be done', () => {
    expect(cleaned(' to take the pills, please. ')).toBe('take the pills');
    expect(cleaned('that the bins go out on')).toBe('the bins go out');
    expect(cleaned('to')).toBe('');
  });
});

it('means the same whatever time zone the system has', () => {
  const module = fileURLToPath(new URL('../agents/reminders/when.ts', import.meta.url));
  const script = `
    import { parseWish } from ${JSON.stringify(module)};
    const texts = ['tomorrow at 2:30 to x', 'in 3 hours to x', 'every day at 9 to x', 'on the 29th at 9 to x', 'on sunday to x'];
    const at = { now: ${Date.parse('2026-03-28T12:00:00Z')}, timeZone: 'Europe/Berlin' };
    console.log(texts.map((text) => parseWish({ text }, at).due).join());
  `;
  const dues = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'].map((zone) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    }).trim(),
  );
  expect(new Set(dues).size).toBe(1);
  expect(dues[0]).not.toContain('NaN');
});
