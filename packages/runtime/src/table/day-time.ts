/**
 * A time of day in a rule: `22:00-07:00`, or with days `mon-fri 08:00-16:00`, `sat,sun 00:00-24:00`.
 *
 * A span that ends before it begins runs over midnight and belongs to the day on which it began. The end is
 * not part of the span.
 */

import { type JsonValue, quoted } from '@kai/protocol';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export interface DayTime {
  readonly text: string;
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** Days of the week on which the span may begin, Sunday 0. */
  readonly days: ReadonlySet<number>;
}

/** A moment of the node's local time. */
export interface LocalMoment {
  /** Sunday 0. */
  readonly day: number;
  /** Since midnight. */
  readonly minute: number;
}

const FORM = /^(?:([a-z,-]+)\s+)?(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;

export function parseDayTime(
  value: JsonValue,
): { readonly ok: true; readonly value: DayTime } | { readonly ok: false; readonly message: string } {
  const found = typeof value === 'string' ? FORM.exec(value.trim().toLowerCase()) : null;
  if (typeof value !== 'string' || found === null) {
    return { ok: false, message: 'a time is written as "22:00-07:00" or "mon-fri 08:00-16:00"' };
  }
  const [, dayText, h1, m1, h2, m2] = found;
  const from = Number(h1) * 60 + Number(m1);
  const to = Number(h2) * 60 + Number(m2);
  if (Number(m1) > 59 || Number(m2) > 59 || from >= 1440 || to > 1440) {
    return { ok: false, message: `${quoted(value)} is no time of day` };
  }
  if (from === to) return { ok: false, message: `${quoted(value)} is empty; a whole day is 00:00-24:00` };
  const days = dayText === undefined ? new Set([0, 1, 2, 3, 4, 5, 6]) : parseDays(dayText);
  if (days === undefined)
    return { ok: false, message: `days are ${DAYS.join(', ')}; got ${quoted(dayText ?? '')}` };
  return { ok: true, value: { text: value, from, to, days } };
}

export function withinDayTime(span: DayTime, moment: LocalMoment): boolean {
  const { day, minute } = moment;
  if (span.from < span.to) return span.days.has(day) && minute >= span.from && minute < span.to;
  if (minute >= span.from) return span.days.has(day);
  return minute < span.to && span.days.has((day + 6) % 7);
}

function parseDays(text: string): Set<number> | undefined {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split('-');
    const from = DAYS.indexOf(first as (typeof DAYS)[number]);
    const to = DAYS.indexOf(last as (typeof DAYS)[number]);
    if (from < 0 || to < 0 || part.split('-').length > 2) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
}
