/**
 * "tomorrow at 9", "in ten minutes", "on Friday at 17:00": one moment, found anywhere in a text.
 *
 * chrono finds dates; what they mean is decided here, on the wall clock of a time zone, because chrono knows
 * offsets only and would be an hour off across a change of the clocks. A time that has passed today means
 * tomorrow. Traps: "sun cream" and "march the dog" are no dates, so a bare month or short weekday does not count.
 */

import * as chrono from 'chrono-node';
import { MONTHS, WEEKDAYS } from './calendar.ts';
import { cut } from './repetition.ts';
import { instantOf, offsetMinutesAt, plusDays, type WallTime, wallTimeAt, weekdayOf } from './zone.ts';

export type FoundMoment =
  | { readonly kind: 'found'; readonly due: number; readonly rest: string }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'none' };

/** The time of day of a date that says none. */
const DEFAULT_HOUR = 9;
const DAY_PARTS: readonly (readonly [RegExp, number])[] = [
  [/morning/i, 8],
  [/noon\b(?<!afternoon)/i, 12],
  [/afternoon/i, 15],
  [/evening/i, 19],
  [/tonight/i, 20],
  [/night/i, 21],
];
/** Hours that, said without more at noon or later, mean the afternoon: "at 5" is 17:00 then. */
const AFTERNOON_HOUR_MAX = 6;
/** Reminders further ahead are more likely a slip than a wish. */
const AHEAD_MAX_MS = 50 * 366 * 86_400_000;

const FULL_WEEKDAY = new RegExp(`\\b(?:${WEEKDAYS.join('|')})\\b`, 'i');
const DAY_WORD =
  /\b(?:today|tomorrow|tonight|tmrw?|tmr|day|week|weekend|month|year|morning|afternoon|evening|night|noon|midnight)s?\b/i;
const LED_DAY = /\b(?:on|next|this)\s+\w+/i;
const DAY_OF_MONTH = /\b(?:on\s+)?the\s+(\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:of|day|time|floor|grade)\b)/i;

export function findMoment(text: string, now: number, timeZone: string): FoundMoment {
  const written = withDayOfMonth(text, now, timeZone);
  const results = parseDates(written, now, timeZone);
  const timed = preferred(results.filter(saysTime));
  const day = preferred(results.filter((result) => !saysTime(result) && isTrustworthy(result)));
  const main = timed ?? day;
  if (main === undefined) return { kind: 'none' };
  const beside = timed !== undefined && !saysDay(timed) ? day : undefined;
  const due = isElapsed(main) ? main.start.date().getTime() : onTheWall(main, beside, now, timeZone);
  if (typeof due !== 'number') return due;
  const refused = refuse(due, now);
  return refused ?? { kind: 'found', due, rest: without(written, [main, beside]) };
}

function parseDates(text: string, now: number, timeZone: string): chrono.ParsedResult[] {
  const reference = { instant: new Date(now), timezone: offsetMinutesAt(now, timeZone) };
  return chrono.parse(text, reference, { forwardDate: true });
}

/** At the beginning if there is one, else the last: "prepare for the 9:00 meeting at 8:30". */
function preferred(results: readonly chrono.ParsedResult[]): chrono.ParsedResult | undefined {
  return results.find(({ index }) => index === 0) ?? results.at(-1);
}

function saysTime({ start }: chrono.ParsedResult): boolean {
  return start.isCertain('hour');
}

function saysDay({ start }: chrono.ParsedResult): boolean {
  return start.isCertain('day') || start.isCertain('weekday') || start.isCertain('month');
}

/** "in ten minutes": counted from now, not read off a clock. */
function isElapsed({ start }: chrono.ParsedResult): boolean {
  return start.tags().has('result/relativeDateAndTime');
}

function isTrustworthy({ text }: chrono.ParsedResult): boolean {
  return /\d/.test(text) || FULL_WEEKDAY.test(text) || DAY_WORD.test(text) || LED_DAY.test(text);
}

function onTheWall(
  main: chrono.ParsedResult,
  beside: chrono.ParsedResult | undefined,
  now: number,
  timeZone: string,
): number | FoundMoment {
  const day = beside ?? main;
  const wall = { ...wallDay(day), ...timeOf(main) };
  if (!isWhole(wall)) return { kind: 'none' };
  if (!saysDay(day)) return nextAt(wall, main, now, timeZone);
  const due = instantOf(wall, timeZone);
  if (due > now) return due;
  return laterThan(now, wall, day, timeZone);
}

function wallDay({ start }: chrono.ParsedResult): Pick<WallTime, 'year' | 'month' | 'day'> {
  return { year: start.get('year') ?? 0, month: start.get('month') ?? 0, day: start.get('day') ?? 0 };
}

function timeOf(result: chrono.ParsedResult): Pick<WallTime, 'hour' | 'minute'> {
  const { start, text } = result;
  if (saysTime(result) || /^in\b|from now$|later$/i.test(text)) {
    return { hour: start.get('hour') ?? 0, minute: start.get('minute') ?? 0 };
  }
  const part = DAY_PARTS.find(([pattern]) => pattern.test(text));
  return { hour: part?.[1] ?? DEFAULT_HOUR, minute: 0 };
}

function isWhole(wall: WallTime): boolean {
  return wall.year >= 1970 && wall.year <= 9999 && wall.month >= 1 && wall.day >= 1;
}

/** A time without a day: today when it is still to come, else tomorrow. */
function nextAt(wall: WallTime, said: chrono.ParsedResult, now: number, timeZone: string): number {
  const today = { ...wallTimeAt(now, timeZone), hour: wall.hour, minute: wall.minute };
  const due = instantOf(today, timeZone);
  if (due > now) return due;
  if (isBareHour(said) && wall.hour >= 1 && wall.hour <= AFTERNOON_HOUR_MAX) {
    const afternoon = instantOf({ ...today, hour: wall.hour + 12 }, timeZone);
    if (afternoon > now) return afternoon;
  }
  return instantOf(plusDays(today, 1), timeZone);
}

/** Half past five arrives here as 5.30, which may be either half of the day, unlike 5:30. */
function isBareHour({ start, text }: chrono.ParsedResult): boolean {
  return !start.isCertain('meridiem') && /^(?:at\s+)?[1-9]\b(?!:)/i.test(text);
}

/** The same day a week or a year on, where that is meant; else it has passed. */
function laterThan(
  now: number,
  wall: WallTime,
  { start }: chrono.ParsedResult,
  timeZone: string,
): number | FoundMoment {
  if (start.isCertain('weekday') && !start.isCertain('day')) return instantOf(plusDays(wall, 7), timeZone);
  if (start.isCertain('month') && !start.isCertain('year')) {
    return instantOf({ ...wall, year: wall.year + 1 }, timeZone);
  }
  const today = wallTimeAt(now, timeZone);
  const isToday = today.day === wall.day && today.month === wall.month && today.year === wall.year;
  const message = isToday
    ? 'That time has already passed today. Say "in ten minutes" or "tomorrow at 9", for example.'
    : `${WEEKDAYS[weekdayOf(wall)]}, ${wall.day} ${MONTHS[wall.month - 1]} ${wall.year} has already passed. Say "tomorrow at 9", for example.`;
  return { kind: 'problem', message };
}

function refuse(due: number, now: number): FoundMoment | undefined {
  if (Number.isNaN(due)) return { kind: 'none' };
  if (due <= now) {
    return {
      kind: 'problem',
      message: 'That time has already passed. Say "in ten minutes" or "tomorrow at 9", for example.',
    };
  }
  if (due - now > AHEAD_MAX_MS) {
    return {
      kind: 'problem',
      message: 'That is more than fifty years ahead. Say "on 12 March at 9", for example.',
    };
  }
  return undefined;
}

/** "on the 15th" as a date that chrono reads: the next 15th there is. */
function withDayOfMonth(text: string, now: number, timeZone: string): string {
  return text.replace(DAY_OF_MONTH, (all, said: string) => {
    const day = Number(said);
    if (day < 1 || day > 31) return all;
    const today = wallTimeAt(now, timeZone);
    for (let ahead = day >= today.day ? 0 : 1; ahead < 12; ahead += 1) {
      const month = (today.month - 1 + ahead) % 12;
      const year = today.year + Math.floor((today.month - 1 + ahead) / 12);
      if (new Date(Date.UTC(year, month, day)).getUTCDate() === day)
        return `on ${day} ${MONTHS[month]} ${year}`;
    }
    return all;
  });
}

function without(text: string, results: readonly (chrono.ParsedResult | undefined)[]): string {
  return results
    .filter((result) => result !== undefined)
    .toSorted((one, other) => other.index - one.index)
    .reduce((rest, { index, text: found }) => cut(rest, index, index + found.length), text);
}
