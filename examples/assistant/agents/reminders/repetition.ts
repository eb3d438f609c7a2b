/**
 * "every Monday at 9", "every 2 hours", "on the 1st of every month at 10": sentences that mean a cron pattern.
 *
 * A cron pattern cannot say everything that people can: what does not divide evenly (every 5 hours) or needs
 * counting across weeks (every other Monday) is a problem whose message says what to write instead.
 */

import { Cron } from 'croner';
import { type ClockTime, findClockTimes, sayClockTime } from './clock-time.ts';
import { type WallTime, wallTimeAt } from './zone.ts';

export interface Repetition {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** In words: `every Monday at 09:00`. */
  readonly text: string;
}

export type FoundRepetition =
  | { readonly kind: 'found'; readonly repetition: Repetition; readonly rest: string }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'none' };

export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
export const MONTHS =
  'January February March April May June July August September October November December'.split(' ');

/** The next time after `after`, in milliseconds since the epoch; nothing when there is none any more. */
export function nextTime(cron: string, after: number, timeZone: string): number | undefined {
  return new Cron(cron, { timezone: timeZone }).nextRun(new Date(after))?.getTime();
}

/** When in the day a repetition falls due that does not say. */
const DAY_PARTS: Readonly<Record<string, number>> = { morning: 8, afternoon: 15, evening: 19, night: 21 };
/** By a day part's hour, the first hour that means the second half of the day within it. */
const EARLIEST_AFTER_NOON: Readonly<Record<number, number>> = { 15: 1, 19: 4, 21: 7 };
const DEFAULT_TIME: ClockTime = { hour: 9, minute: 0 };

/** The days of a repetition; its times come from elsewhere in the sentence. */
interface Days {
  readonly kind: 'days';
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  readonly text: string;
  readonly hour?: number;
}
type Meaning =
  | Days
  | { readonly kind: 'interval'; readonly repetition: Repetition }
  | { readonly kind: 'problem'; readonly message: string };

interface Form {
  readonly pattern: RegExp;
  readonly mean: (found: RegExpExecArray, now: WallTime) => Meaning;
}

const EVERY = '(?:every|each)';
const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)days?';
const SHORT_DAY = `(?:${DAY}|mon|tues?|wed|thurs?|thu|fri|sat|sun)`;
const ORDINAL = '(\\d{1,2})(?:st|nd|rd|th)?';
const MONTH = `(${MONTHS.join('|')})`;
const COUNTS = [
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
const COUNT = `(\\d{1,3}|${COUNTS.join('|')}|fifteen|twenty|thirty|other|second)`;

/** In the order in which they are tried: what says more comes first. */
const FORMS: readonly Form[] = [
  { pattern: form(`${EVERY}\\s+half(?:\\s+an)?\\s+hour`), mean: (_, now) => everyMinutes(30, now) },
  { pattern: form(`${EVERY}\\s+${COUNT}\\s+(minutes?|mins?|hours?|hrs?)`), mean: interval },
  { pattern: form(`(?:${EVERY}\\s+(minute|hour)|(hourly))`), mean: single },
  {
    pattern: form(
      `(?:${EVERY}\\s+${COUNT}|every\\s+other)\\s+(days?|weeks?|fortnights?|months?|years?|${DAY})`,
    ),
    mean: uneven,
  },
  {
    pattern: form(
      `(?:on\\s+)?(?:the|${EVERY})\\s+(first|second|third|fourth|last|1st|2nd|3rd|4th)\\s+(${DAY})\\s+(?:of|in)\\s+(?:the|every|each)\\s+month`,
    ),
    mean: nthWeekday,
  },
  {
    pattern: form(
      `(?:on\\s+)?(?:the\\s+)?last\\s+day\\s+of\\s+(?:the|every|each)\\s+month|${EVERY}\\s+month\\s+on\\s+the\\s+last\\s+day`,
    ),
    mean: () => days({ day: 'L', text: 'on the last day of every month' }),
  },
  {
    pattern: form(
      `(?:(?:${EVERY}\\s+month|monthly)\\s+on\\s+(?:the\\s+)?${ORDINAL}|(?:on\\s+)?(?:the\\s+)?${ORDINAL}\\s+(?:day\\s+)?of\\s+(?:every|each)\\s+month|${EVERY}\\s+(\\d{1,2})(?:st|nd|rd|th)(?:\\s+of\\s+the\\s+month)?(?!\\s+of\\b)(?!\\s+${MONTH}))`,
    ),
    mean: monthly,
  },
  {
    pattern: form(
      `(?:(?:${EVERY}\\s+year|yearly|annually)\\s+on|${EVERY})\\s+(?:the\\s+)?(?:${ORDINAL}\\s+(?:of\\s+)?${MONTH}|${MONTH}\\s+(?:the\\s+)?${ORDINAL})`,
    ),
    mean: yearly,
  },
  {
    pattern: form(`(?:${EVERY}\\s+(?:week|work(?:ing)?\\s?)day|(?:on\\s+)?weekdays)`),
    mean: () => days({ weekday: '1-5', text: 'every weekday' }),
  },
  {
    pattern: form(`(?:${EVERY}\\s+weekend|(?:on|at)\\s+weekends)`),
    mean: () => days({ weekday: '0,6', text: 'every Saturday and Sunday' }),
  },
  {
    pattern: form(
      `(?:(?:${EVERY}\\s+week|weekly)\\s+on|${EVERY})\\s+(${SHORT_DAY}(?:(?:\\s*,\\s*|\\s*,?\\s+and\\s+)(?:every\\s+|on\\s+)?${SHORT_DAY})*)(?:\\s+(morning|afternoon|evening|night))?`,
    ),
    mean: weekly,
  },
  {
    pattern: form(
      'on\\s+((?:mon|tues|wednes|thurs|fri|satur|sun)days(?:(?:\\s*,\\s*|\\s*,?\\s+and\\s+)(?:mon|tues|wednes|thurs|fri|satur|sun)days)*)',
    ),
    mean: weekly,
  },
  {
    pattern: form(`${EVERY}\\s+(morning|afternoon|evening|night)`),
    mean: (found) => days({ text: 'every day', hour: DAY_PARTS[lower(found[1])] ?? DEFAULT_TIME.hour }),
  },
  {
    pattern: form(`(?:${EVERY}\\s+(?:single\\s+)?day|everyday|daily)`),
    mean: () => days({ text: 'every day' }),
  },
  {
    pattern: form(`(?:${EVERY}\\s+(week|month|year)|(weekly|monthly|yearly|annually))`),
    mean: whichDay,
  },
  // What is left would otherwise be taken for one moment, and come once where a person counts on it coming again.
  {
    pattern: form(
      `(?:${EVERY}\\s+(?:\\w+\\s+){0,2}(?:minutes?|hours?|days?|weeks?|months?|years?|${DAY})|(?:once|twice|\\w+\\s+times)\\s+(?:a|an|per|every)\\s+(?:hour|day|week|month|year))`,
    ),
    mean: () =>
      problem(
        'I do not understand how often that is. Say "every day at 8 and 20", or "every Monday at 9", for example.',
      ),
  },
];

function form(source: string): RegExp {
  return new RegExp(`\\b(?:${source})\\b`, 'i');
}

/** Looks for a repetition anywhere in the text; `rest` is the text without it. */
export function findRepetition(text: string, now: number, timeZone: string): FoundRepetition {
  const wall = wallTimeAt(now, timeZone);
  for (const { pattern, mean } of FORMS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const rest = cut(text, found.index, found.index + found[0].length);
    const meaning = mean(found, wall);
    if (meaning.kind === 'problem') return meaning;
    if (meaning.kind === 'interval') return { kind: 'found', repetition: meaning.repetition, rest };
    return withTimes(meaning, rest);
  }
  return { kind: 'none' };
}

/** Without the part from `start` up to `end`. */
export function cut(text: string, start: number, end: number): string {
  return `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim();
}

function withTimes(day: Days, text: string): FoundRepetition {
  const found = findClockTimes(text);
  const times = found?.times.map((time) => inPart(time, day.hour)) ?? [
    day.hour === undefined ? DEFAULT_TIME : { hour: day.hour, minute: 0 },
  ];
  const minute = times[0]?.minute ?? 0;
  if (times.some((time) => time.minute !== minute)) {
    return {
      kind: 'problem',
      message:
        'One reminder can come at several hours only with the same minutes, as in "every day at 8:30 and 20:30". Make two reminders otherwise.',
    };
  }
  const hours = [...new Set(times.map(({ hour }) => hour))].sort((one, other) => one - other);
  const said = hours.map((hour) => sayClockTime({ hour, minute })).join(' and ');
  const repetition = {
    cron: `${minute} ${hours.join(',')} ${day.day} ${day.month} ${day.weekday}`,
    text: `${day.text} at ${said}`,
  };
  const rest = found === undefined ? text : cut(text, found.start, found.end);
  return { kind: 'found', repetition, rest };
}

/** "every evening at 7" is at 19:00. */
function inPart(time: ClockTime, partHour: number | undefined): ClockTime {
  const earliest = partHour === undefined ? undefined : EARLIEST_AFTER_NOON[partHour];
  const meant = earliest !== undefined && time.hour >= earliest && time.hour < 12;
  return meant ? { ...time, hour: time.hour + 12 } : time;
}

function days(some: Partial<Days> & { readonly text: string }): Days {
  return { kind: 'days', day: '*', month: '*', weekday: '*', ...some };
}

function problem(message: string): Meaning {
  return { kind: 'problem', message };
}

function interval(found: RegExpExecArray, now: WallTime): Meaning {
  const [, count = '', unit = ''] = found;
  const step = countOf(count);
  return lower(unit).startsWith('m') ? everyMinutes(step, now) : everyHours(step, now);
}

function single(found: RegExpExecArray, now: WallTime): Meaning {
  return lower(found[1]) === 'minute' ? everyMinutes(1, now) : everyHours(1, now);
}

function everyMinutes(step: number, now: WallTime): Meaning {
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

function uneven(found: RegExpExecArray): Meaning {
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

function nthWeekday(found: RegExpExecArray): Meaning {
  const nth = NTH[lower(found[1])] ?? '1';
  const weekday = weekdayOf(found[2] ?? '');
  return days({
    weekday: `${weekday}#${nth}`,
    text: `on the ${NTH_WORDS[nth]} ${WEEKDAYS[weekday]} of every month`,
  });
}

function monthly(found: RegExpExecArray): Meaning {
  const day = Number(found[1] ?? found[2] ?? found[3]);
  if (day < 1 || day > 31)
    return problem('A month has the days 1 to 31. Say "every month on the 1st at 10", for example.');
  return days({ day: String(day), text: `on the ${ordinal(day)} of every month` });
}

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function yearly(found: RegExpExecArray): Meaning {
  const day = Number(found[1] ?? found[4]);
  const name = lower(found[2] ?? found[3]);
  const month = MONTHS.findIndex((one) => one.toLowerCase() === name);
  if (day < 1 || day > (DAYS_OF_MONTHS[month] ?? 31)) return problem(`${MONTHS[month]} has no day ${day}.`);
  return days({ day: String(day), month: String(month + 1), text: `every year on ${day} ${MONTHS[month]}` });
}

function weekly(found: RegExpExecArray): Meaning {
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

function whichDay(found: RegExpExecArray): Meaning {
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

export function ordinal(day: number): string {
  const ten = day % 100;
  const ending = ten > 10 && ten < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

function lower(text: string | undefined): string {
  return (text ?? '').toLowerCase();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
