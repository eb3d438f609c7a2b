/** Names and numbers of the calendar, as they are said in English. */

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

/** 1st, 2nd, 3rd, 4th, 11th. */
export function ordinal(day: number): string {
  const ten = day % 100;
  const ending = ten > 10 && ten < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}
