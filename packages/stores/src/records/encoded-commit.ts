/**
 * A commit as flat lists of text and numbers: what both stores keep and what crosses to a database's thread at
 * the price of a few strings. A record takes a fixed number of places in its list.
 *
 * Trap: database threads load this file, so it imports nothing of the protocol package (see `refused.ts`).
 */

/** What stands in one place of a list. */
export type Part = string | number | null;

export interface EncodedCommit {
  /** Agent, key, the value's text or null for its removal. */
  readonly state: Part[];
  /** Agent, name, the timer's text or null for its removal. */
  readonly timers: Part[];
  /** Time, trace, text. */
  readonly journal: Part[];
  /** Id, text. */
  readonly dead: Part[];
  /** Ids of dead letters. */
  readonly raised: Part[];
  /** Agent, sender, id, message. */
  readonly accepted: Part[];
  /** Agent, sender, id, time, outcome, answer. */
  readonly settled: Part[];
  /** Agent, message, position, name, digest, result. */
  readonly steps: Part[];
}

/** Places that a record of each list takes. */
export const PLACES = {
  state: 3,
  timers: 3,
  journal: 3,
  dead: 2,
  raised: 1,
  accepted: 4,
  settled: 6,
  steps: 6,
} as const satisfies Record<keyof EncodedCommit, number>;

export function emptyCommit(): EncodedCommit {
  return { state: [], timers: [], journal: [], dead: [], raised: [], accepted: [], settled: [], steps: [] };
}

/** How much of a queue a commit takes, in characters of its records. */
export function charsOf(commit: EncodedCommit): number {
  let chars = 0;
  for (const list of Object.values(commit) as Part[][]) chars += charsOfList(list);
  return chars;
}

export function charsOfList(list: readonly Part[]): number {
  let chars = 0;
  for (const part of list) if (typeof part === 'string') chars += part.length;
  return chars;
}
