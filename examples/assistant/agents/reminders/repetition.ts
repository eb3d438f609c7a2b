/**
 * "every Monday at 9", "every 2 hours", "on the 1st of every month at 10": sentences that mean a cron pattern.
 *
 * A cron pattern cannot say everything that people can: what does not divide evenly (every 5 hours) or needs
 * counting across weeks (every other Monday) is a problem whose message says what to write instead.
 */

import { Cron } from 'croner';
import { type ClockTime, findClockTimes, sayClockTime } from './clock-time.ts';
import { FORMS } from './repetition-forms.ts';
import { type Days, DEFAULT_HOUR, type Repetition } from './repetition-meanings.ts';
import { wallTimeAt } from './zone.ts';

export type FoundRepetition =
  | { readonly kind: 'found'; readonly repetition: Repetition; readonly rest: string }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'none' };

/** The next time after `after`, in milliseconds since the epoch; nothing when there is none any more. */
export function nextTime(cron: string, after: number, timeZone: string): number | undefined {
  return new Cron(cron, { timezone: timeZone }).nextRun(new Date(after))?.getTime();
}

/** By a day part's hour, the first hour that means the second half of the day within it. */
const EARLIEST_AFTER_NOON: Readonly<Record<number, number>> = { 15: 1, 19: 4, 21: 7 };

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
    { hour: day.hour ?? DEFAULT_HOUR, minute: 0 },
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
