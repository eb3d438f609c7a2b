/** What a sentence that repeats means, as a cron pattern; or why none can say it. */

import { MONTHS, ordinal, WEEKDAYS } from './calendar.ts';
import type { WallTime } from './zone.ts';

export interface Repetition {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** In words: `every Monday at 09:00`. */
  readonly text: string;
}

/** The days of a repetition; its times come from elsewhere in the sentence. */
export interface Days {
  readonly kind: 'days';
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  readonly text: string;
  readonly hour?: number;
}
export type Meaning =
  | Days
  | { readonly kind: 'interval'; readonly repetition: Repetition }
  | { readonly kind: 'problem'; readonly message: string };

/** When in the day a repetition falls due that does not say. */
export const DAY_PARTS: Readonly<Record<string, number>> = {
  morning: 8,
  afternoon: 15,
  evening: 19,
  night: 21,
};
/** The hour of a repetition that says none. */
export const DEFAULT_HOUR = 9;
/** Counts in words, from one. */
export const COUNTS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

export function days(some: Partial<Days> & { readonly text: string }): Days {
  return { kind: 'days', day: '*', month: '*', weekday: '*', ...some };
}

export function problem(message: string): Meaning {
  return { kind: 'problem', message };
}

export function interval(found: RegExpExecArray, now: WallTime): Meaning {
  const [, count = '', unit = ''] = found;
  const step = countOf(count);
  return lower(unit).startsWith('m') ? everyMinutes(step, now) : everyHours(step, now);
}

export function single(found: RegExpExecArray, now: WallTime): Meaning {
  return lower(found[1]) === 'minute' ? everyMinutes(1, now) : everyHours(1, now);
}

export function everyMinutes(step: number, now: WallTime): Meaning {
  if (step < 1 || 60 % step !== 0) return problem(unevenSay(step, 'minutes', divisors(60), 60));
  const list = range(now.minute % step, 60, step);
  const text = step === 1 ? 'every minute' : `every ${step} minutes`;
  return { kind: 'interval', repetition: { cron: `${list} * * * *`, text } };
}

function everyHours(step: number, now: WallTime): Meaning {
  if (step < 1 || 24 % step !== 0) return problem(unevenSay(step, 'hours', divisors(24), 24));
  const list = range(now.hour % step, 24, step);
  const text = step === 1 ? 'every hour' : `every ${step} hours`;
  return { kind: 'interval', repetition: { cron: `${now.minute} ${list} * * *`, text } };
}

function range(first: number, end: number, step: number): string {
  const list: number[] = [];
  for (let next = first; next < end; next += step) list.push(next);
  return list.length === end ? '*' : list.join(',');
}

function divisors(whole: number): readonly number[] {
  return Array.from({ length: whole }, (_, index) => index + 1).filter((step) => whole % step === 0);
}

function unevenSay(step: number, unit: string, even: readonly number[], whole: number): string {
  const nearest = even.toSorted((one, other) => Math.abs(one - step) - Math.abs(other - step))[0] ?? whole;
  return `I cannot repeat something every ${step} ${unit}, because that does not divide ${whole} evenly. Say "every ${nearest} ${unit}", for example.`;
}

export function uneven(found: RegExpExecArray): Meaning {
  const unit = lower(found[2]);
  const single = unit.replace(/s$/, '');
  if (found[1] !== undefined && countOf(found[1]) === 1 && single === 'day')
    return days({ text: 'every day' });
  const instead = single.endsWith('day') && single !== 'day' ? `every ${capital(single)}` : `every ${single}`;
  return problem(
    `I cannot count ${single === 'day' ? 'days' : 'weeks or months'} between reminders. Say "${instead} at 9", or "every month on the 1st at 10", for example.`,
  );
}

const NTH: Readonly<Record<string, string>> = {
  first: '1',
  '1st': '1',
  second: '2',
  '2nd': '2',
  third: '3',
  '3rd': '3',
  fourth: '4',
  '4th': '4',
  last: 'L',
};
const NTH_WORDS: Readonly<Record<string, string>> = {
  1: 'first',
  2: 'second',
  3: 'third',
  4: 'fourth',
  L: 'last',
};

export function nthWeekday(found: RegExpExecArray): Meaning {
  const nth = NTH[lower(found[1])] ?? '1';
  const weekday = weekdayOf(found[2] ?? '');
  return days({
    weekday: `${weekday}#${nth}`,
    text: `on the ${NTH_WORDS[nth]} ${WEEKDAYS[weekday]} of every month`,
  });
}

export function monthly(found: RegExpExecArray): Meaning {
  const day = Number(found[1] ?? found[2] ?? found[3]);
  if (day < 1 || day > 31)
    return problem('A month has the days 1 to 31. Say "every month on the 1st at 10", for example.');
  return days({ day: String(day), text: `on the ${ordinal(day)} of every month` });
}

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function yearly(found: RegExpExecArray): Meaning {
  const day = Number(found[1] ?? found[4]);
  const name = lower(found[2] ?? found[3]);
  const month = MONTHS.findIndex((one) => one.toLowerCase() === name);
  if (day < 1 || day > (DAYS_OF_MONTHS[month] ?? 31)) return problem(`${MONTHS[month]} has no day ${day}.`);
  return days({ day: String(day), month: String(month + 1), text: `every year on ${day} ${MONTHS[month]}` });
}

export function weekly(found: RegExpExecArray): Meaning {
  const names = (found[1] ?? '').split(/\s*,\s*(?:and\s+)?|\s+and\s+/i).map((name) => weekdayOf(name));
  // Monday first, as a week is told.
  const list = [...new Set(names)].sort((one, other) => ((one + 6) % 7) - ((other + 6) % 7));
  const said = list.map((day) => WEEKDAYS[day]);
  const part = found[2] === undefined ? undefined : DAY_PARTS[lower(found[2])];
  return days({
    weekday: list.join(','),
    text: `every ${said.length > 1 ? `${said.slice(0, -1).join(', ')} and ${said.at(-1)}` : said[0]}`,
    ...(part === undefined ? {} : { hour: part }),
  });
}

export function whichDay(found: RegExpExecArray): Meaning {
  const unit = lower(found[1] ?? found[2]);
  if (unit.startsWith('week'))
    return problem('On which day of the week? Say "every Monday at 9", for example.');
  if (unit.startsWith('month')) {
    return problem('On which day of the month? Say "every month on the 1st at 10", for example.');
  }
  return problem('On which day of the year? Say "every year on 12 March at 9", for example.');
}

function weekdayOf(name: string): number {
  const start = lower(name.replace(/^(?:every|on)\s+/i, '')).slice(0, 3);
  return WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(start));
}

function countOf(text: string): number {
  const said = lower(text);
  const more: Readonly<Record<string, number>> = { fifteen: 15, twenty: 20, thirty: 30, other: 2, second: 2 };
  const word = COUNTS.indexOf(said);
  return word === -1 ? (more[said] ?? Number(said)) : word + 1;
}

export function lower(text: string | undefined): string {
  return (text ?? '').toLowerCase();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
