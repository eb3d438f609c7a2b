import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DayTime, parseDayTime, withinDayTime } from '../src/table/day-time.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function span(text: string): DayTime {
  const outcome = parseDayTime(text);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

function at(text: string): { day: number; minute: number } {
  const [day = '', time = ''] = text.split(' ');
  const [hours, minutes] = time.split(':').map(Number);
  return { day: DAYS.indexOf(day), minute: (hours ?? 0) * 60 + (minutes ?? 0) };
}

describe('times of day in rules', () => {
  it.each([
    ['08:00-16:00', 'mon 08:00', true],
    ['08:00-16:00', 'mon 07:59', false],
    ['08:00-16:00', 'sun 15:59', true],
    ['08:00-16:00', 'mon 16:00', false],
    ['22:00-07:00', 'mon 22:00', true],
    ['22:00-07:00', 'tue 00:00', true],
    ['22:00-07:00', 'tue 06:59', true],
    ['22:00-07:00', 'tue 07:00', false],
    ['mon-fri 08:00-16:00', 'fri 12:00', true],
    ['mon-fri 08:00-16:00', 'sat 12:00', false],
    ['sat,sun 00:00-24:00', 'sun 23:59', true],
    ['sat,sun 00:00-24:00', 'mon 00:00', false],
    ['fri 22:00-07:00', 'sat 03:00', true],
    ['fri 22:00-07:00', 'fri 03:00', false],
    ['sat 22:00-07:00', 'sun 03:00', true],
    ['fri-mon 09:00-10:00', 'sun 09:30', true],
    ['fri-mon 09:00-10:00', 'wed 09:30', false],
    ['mon,wed-thu 9:00-10:00', 'thu 09:30', true],
    ['MON 9:00 - 10:00', 'mon 09:30', true],
    ['22:00-24:00', 'mon 23:59', true],
    ['22:00-24:00', 'tue 00:00', false],
  ])('%s holds at %s: %s', (text, moment, expected) => {
    expect(withinDayTime(span(text), at(moment))).toBe(expected);
  });

  it.each([
    ['noon', 'a time is written as'],
    [8, 'a time is written as'],
    ['08:00', 'a time is written as'],
    ['24:00-08:00', 'no time of day'],
    ['08:60-09:00', 'no time of day'],
    ['08:00-24:01', 'no time of day'],
    ['08:00-08:00', 'is empty'],
    ['foo 08:00-09:00', 'days are sun'],
    ['mon-wed-fri 08:00-09:00', 'days are sun'],
    ['mon, 08:00-09:00', 'days are sun'],
  ])('refuses %j', (text, reason) => {
    const outcome = parseDayTime(text);
    expect(outcome.ok ? '' : outcome.message).toContain(reason);
  });

  it('holds for just as many minutes a week as the span is long, on each of its days', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(minutes, minutes, fc.subarray(DAYS, { minLength: 1 }), (from, to, days) => {
        fc.pre(from !== to);
        const clock = (minute: number): string =>
          `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
        const spanned = span(`${days.join(',')} ${clock(from)}-${clock(to)}`);
        let held = 0;
        for (let day = 0; day < 7; day += 1) {
          for (let minute = 0; minute < 1440; minute += 1) {
            if (withinDayTime(spanned, { day, minute })) held += 1;
          }
        }
        expect(held).toBe(days.length * ((to - from + 1440) % 1440));
      }),
      { numRuns: 30 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseDayTime(value as never)));
  });
});
