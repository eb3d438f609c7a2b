/** How times are told to people: near ones by their day's name, far ones by date; always on the 24-hour clock. */

import { MONTHS, WEEKDAYS } from './calendar.ts';
import { sayClockTime } from './clock-time.ts';
import { daysBetween, type WallTime, wallTimeAt, weekdayOf } from './zone.ts';

/** Nearer than this, minutes are told as well: "in 10 minutes, at 14:47". */
const SOON_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** "in 10 minutes, at 14:47", "today at 17:00", "on Friday at 09:00", "on Thursday, 12 March at 09:00". */
export function sayMoment(moment: number, now: number, timeZone: string): string {
  const wall = wallTimeAt(moment, timeZone);
  const minutes = Math.round((moment - now) / MINUTE_MS);
  if (moment > now && moment - now < SOON_MS && minutes > 0) {
    return `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, at ${sayClockTime(wall)}`;
  }
  return `${sayDay(wall, wallTimeAt(now, timeZone))} at ${sayClockTime(wall)}`;
}

function sayDay(wall: WallTime, today: WallTime): string {
  const ahead = daysBetween(today, wall);
  if (ahead === 0) return 'today';
  if (ahead === 1) return 'tomorrow';
  if (ahead === -1) return 'yesterday';
  const weekday = WEEKDAYS[weekdayOf(wall)];
  if (ahead > 1 && ahead < 7) return `on ${weekday}`;
  const year = wall.year === today.year ? '' : ` ${wall.year}`;
  return `on ${weekday}, ${wall.day} ${MONTHS[wall.month - 1]}${year}`;
}

/** What is said when a reminder comes late: "This was due at 17:00, while I was off." */
export function sayLate(due: number, missed: number, now: number, timeZone: string): string {
  const wall = wallTimeAt(due, timeZone);
  const today = wallTimeAt(now, timeZone);
  const day = daysBetween(today, wall) === 0 ? '' : `${sayDay(wall, today)} `;
  const more =
    missed === 0
      ? ''
      : missed === 1
        ? '; so was one more time since'
        : `; so were ${missed} more times since`;
  return `This was due ${day}at ${sayClockTime(wall)}, while I was off${more}.`;
}
