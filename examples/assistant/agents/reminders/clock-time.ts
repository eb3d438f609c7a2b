/**
 * Times of day as people say them: `17:00`, `9`, `7.30`, `5pm`, `17h`, `half past five`, `noon`.
 *
 * A number counts as a time only after `at`, or with minutes, or with am or pm: "take 2 pills" holds none. What is
 * not a time of day (25:00, 13 pm) is left alone, so that the caller asks rather than guesses.
 */

export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
}

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const HOUR_WORD = `(\\d{1,2}|${NUMBERS.join('|')})`;

const PAST_OR_TO = new RegExp(
  `\\b(?:at\\s+)?(half|(?:a\\s+)?quarter|five|ten|twenty|twenty[ -]five|5|10|20|25)\\s+(?:minutes\\s+)?(past|to)\\s+${HOUR_WORD}\\b(?![:.]\\d)`,
  'gi',
);
const AT_WORD = new RegExp(`\\bat\\s+(${NUMBERS.join('|')})\\b(?!\\s+(?:minutes?|hours?|times?)\\b)`, 'gi');
const MINUTES: Readonly<Record<string, number>> = { half: 30, quarter: 15, five: 5, ten: 10, twenty: 20 };
/** "an hour and a half", "2 and a half hours". */
const AND_A_HALF = new RegExp(
  `\\b(?:an?\\s+hour|(?:${HOUR_WORD}))\\s+and\\s+a\\s+half(\\s+hours?)?\\b`,
  'gi',
);
/** "17h" alone may be a duration ("in 17h"); "17h30" and "at 17h" are times. */
const HOUR_MARK = /\bat\s+(\d{1,2})\s?h\b|\b(\d{1,2})h([0-5]\d)\b/gi;

/** The text with times in words written in digits; everything else stays as it is. */
export function withTimesInDigits(text: string): string {
  return text
    .replace(AND_A_HALF, (all, hours: string | undefined, unit: string | undefined) => {
      if (hours !== undefined && unit === undefined) return all;
      return `${(hours === undefined ? 1 : hourOf(hours)) * 60 + 30} minutes`;
    })
    .replace(PAST_OR_TO, (_, part: string, side: string, hour: string) => pastOrTo(part, side, hour))
    .replace(AT_WORD, (_, hour: string) => `at ${hourOf(hour)}`)
    .replace(/\bat\s+24:00\b/gi, 'at 0:00')
    .replace(HOUR_MARK, (all, alone: string | undefined, hour: string, minute: string) => {
      if (Number(alone ?? hour) > 23) return all;
      return alone === undefined ? `${hour}:${minute}` : `at ${alone}:00`;
    })
    .replace(/\ba quarter of an hour\b/gi, '15 minutes')
    .replace(LATE_PART, '$2 $3 $1')
    .replace(/\bin the (morning|afternoon|evening)\b/gi, '$1')
    .replace(/\bat (night|midnight|noon)\b/gi, '$1');
}

function pastOrTo(part: string, side: string, hour: string): string {
  const named = hourOf(hour);
  const past = side.toLowerCase() === 'past';
  const word = part.toLowerCase().replace(/^a\s+/, '');
  const minutes = MINUTES[word] ?? (word.startsWith('twenty') ? 25 : Number(word));
  const whole = past ? named : named === 1 ? 12 : named - 1;
  // With a dot, which says that it may be either half of the day.
  return `at ${whole}.${String(past ? minutes : 60 - minutes).padStart(2, '0')}`;
}

function hourOf(text: string): number {
  const word = NUMBERS.indexOf(text.toLowerCase());
  return word === -1 ? Number(text) : word + 1;
}

/** "at 5 tomorrow afternoon", in the order in which the date parser reads the two together. */
const LATE_PART = /\b(at\s+\d{1,2}(?:[:.]\d\d)?)\s+(tomorrow|this)\s+(morning|afternoon|evening)\b/gi;

const MERIDIEM = '(a\\.?m\\b\\.?|p\\.?m\\b\\.?)';
const ONE_TIME = `(?:(?:at\\s+)?(\\d{1,2})[:.]([0-5]\\d)(?:\\s*${MERIDIEM})?|(?:at\\s+)?(\\d{1,2})\\s*${MERIDIEM}|at\\s+(\\d{1,2})(?:\\s*o['’]?clock)?|(noon|midnight))(?![\\d:%€$])`;
const FIRST = new RegExp(`(?<![\\d.:])${ONE_TIME}`, 'i');
const NEXT = new RegExp(`^\\s*(?:,\\s*and|,|and)\\s+${ONE_TIME}`, 'i');
const NEXT_BARE = /^\s*(?:,\s*and|,|and)\s+(\d{1,2})(?![\d:.%€$])(?=\s*$|\s*,|\s+(?:and|to)\b)/i;

export interface FoundTimes {
  readonly times: readonly ClockTime[];
  /** Where they stand: from `start` up to before `end`. */
  readonly start: number;
  readonly end: number;
}

/** The first time of day in the text, with those that follow it in a list ("at 8 and 20:00"). */
export function findClockTimes(text: string): FoundTimes | undefined {
  const first = FIRST.exec(text);
  const time = first === null ? undefined : clockTimeOf(first);
  if (first === null || time === undefined) return undefined;
  const times = [time];
  let end = first.index + first[0].length;
  while (times.length < TIMES_MAX) {
    const rest = text.slice(end);
    const next = NEXT.exec(rest);
    const bare = next === null ? NEXT_BARE.exec(rest) : null;
    const more = next !== null ? clockTimeOf(next) : bare === null ? undefined : valid(Number(bare[1]), 0);
    if (more === undefined) break;
    times.push(more);
    end += ((next ?? bare) as RegExpExecArray)[0].length;
  }
  return { times, start: first.index, end };
}

/** Times of day that one repetition may have. */
export const TIMES_MAX = 12;

function clockTimeOf(found: RegExpExecArray): ClockTime | undefined {
  const [, hour, minute, half, hourOnly, halfOnly, bareHour, named] = found;
  if (named !== undefined) return { hour: named.toLowerCase() === 'noon' ? 12 : 0, minute: 0 };
  const meridiem = half ?? halfOnly;
  const said = Number(hour ?? hourOnly ?? bareHour);
  if (meridiem === undefined) return valid(said, Number(minute ?? 0));
  if (said < 1 || said > 12) return undefined;
  return valid((said % 12) + (meridiem.toLowerCase().startsWith('p') ? 12 : 0), Number(minute ?? 0));
}

function valid(hour: number, minute: number): ClockTime | undefined {
  return hour < 24 ? { hour, minute } : undefined;
}

export function sayClockTime({ hour, minute }: ClockTime): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
