/** How people say that something repeats: patterns of sentences, each with what it means. */

import { MONTHS } from './calendar.ts';
import {
  COUNTS,
  DAY_PARTS,
  DEFAULT_HOUR,
  days,
  everyMinutes,
  interval,
  lower,
  type Meaning,
  monthly,
  nthWeekday,
  problem,
  single,
  uneven,
  weekly,
  whichDay,
  yearly,
} from './repetition-meanings.ts';
import type { WallTime } from './zone.ts';

export interface Form {
  readonly pattern: RegExp;
  readonly mean: (found: RegExpExecArray, now: WallTime) => Meaning;
}

const EVERY = '(?:every|each)';
const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)days?';
const SHORT_DAY = `(?:${DAY}|mon|tues?|wed|thurs?|thu|fri|sat|sun)`;
const ORDINAL = '(\\d{1,2})(?:st|nd|rd|th)?';
const MONTH = `(${MONTHS.join('|')})`;
const COUNT = `(\\d{1,3}|${COUNTS.join('|')}|fifteen|twenty|thirty|other|second)`;

/** In the order in which they are tried: what says more comes first. */
export const FORMS: readonly Form[] = [
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
    mean: (found) => days({ text: 'every day', hour: DAY_PARTS[lower(found[1])] ?? DEFAULT_HOUR }),
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
