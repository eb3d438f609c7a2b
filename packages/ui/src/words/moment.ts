/**
 * Times in words: how far away (for the eye), and when exactly (for the record). An unreadable moment is
 * said as such instead of "Invalid Date".
 */

import type { Moment } from '../connection/wire.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Beyond this distance the date says more than a count of days. */
const COUNTED_DAYS_MAX = 14;

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const;

/** "in 4 minutes", "2 hours ago", "just now"; a date when it is further than two weeks. */
export function relative(ms: Moment, now: number): string {
  if (!Number.isFinite(ms)) return 'at an unknown time';
  const distance = ms - now;
  const size = Math.abs(distance);
  if (size < 45 * SECOND) return distance > 10 * SECOND ? 'in less than a minute' : 'just now';
  if (size > COUNTED_DAYS_MAX * DAY) return `on ${day(ms, now)}`;
  for (const [unit, length] of UNITS) {
    const count = Math.round(size / length);
    if (size >= length * 0.95 && count > 0)
      return aside(distance, `${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return aside(distance, '1 minute');
}

function aside(distance: number, words: string): string {
  return distance > 0 ? `in ${words}` : `${words} ago`;
}

/** "today 14:05", "tomorrow 09:00", "Mon 3 Aug 09:00", with the year when it is another one. */
export function absolute(ms: Moment, now: number): string {
  if (!Number.isFinite(ms)) return '–';
  return `${day(ms, now)} ${clock(ms)}`;
}

/** "14:05". */
export function clock(ms: number): string {
  const time = new Date(ms);
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** "14:05:09.042": for traces, where milliseconds tell the order. */
export function exactClock(ms: Moment): string {
  if (!Number.isFinite(ms)) return '–';
  const time = new Date(ms);
  return `${clock(ms)}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function day(ms: number, now: number): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const offset = Math.round((new Date(ms).setHours(0, 0, 0, 0) - midnight) / DAY);
  if (offset === 0) return 'today';
  if (offset === 1) return 'tomorrow';
  if (offset === -1) return 'yesterday';
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(ms);
}

function two(count: number): string {
  return String(count).padStart(2, '0');
}
