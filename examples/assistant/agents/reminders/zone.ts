/**
 * Wall time in a time zone: from an instant to the date and time that a clock on the wall shows, and back.
 *
 * Back is where the traps are. When clocks go forward, an hour is missing: a time within it is moved to as long
 * after the change as it stood after the hour's beginning (02:30 becomes 03:30, as RFC 5545 §3.3.5 does). When they
 * go back, an hour happens twice: the first one counts.
 */

export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** One formatter a zone: making one takes longer than using it a thousand times. The zones are a closed set. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The system's time zone, by its IANA name. */
export function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

export function wallTimeAt(instant: number, timeZone: string): WallTime {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
  };
}

/** Minutes that the zone is ahead of UTC at that instant. */
export function offsetMinutesAt(instant: number, timeZone: string): number {
  const wholeMinute = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  return (utcOf(wallTimeAt(wholeMinute, timeZone)) - wholeMinute) / MINUTE_MS;
}

/** The instant at which the wall shows this time. Days beyond the month's end run on into the next month. */
export function instantOf(wall: WallTime, timeZone: string): number {
  const utc = utcOf(wall);
  const before = utc - offsetMinutesAt(utc - DAY_MS, timeZone) * MINUTE_MS;
  const after = utc - offsetMinutesAt(utc + DAY_MS, timeZone) * MINUTE_MS;
  const shown = [before, after].filter((instant) => utcOf(wallTimeAt(instant, timeZone)) === utc);
  return shown.length === 0 ? before : Math.min(...shown);
}

/** The same time of day, `days` later. */
export function plusDays(wall: WallTime, days: number): WallTime {
  const date = new Date(utcOf(wall) + days * DAY_MS);
  return { ...wall, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Days from one date to the other, whatever the time of day. */
export function daysBetween(one: WallTime, other: WallTime): number {
  const midnight = (wall: WallTime) => Date.UTC(wall.year, wall.month - 1, wall.day);
  return Math.round((midnight(other) - midnight(one)) / DAY_MS);
}

/** 0 is Sunday. */
export function weekdayOf(wall: WallTime): number {
  return new Date(utcOf(wall)).getUTCDay();
}

function utcOf({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}
