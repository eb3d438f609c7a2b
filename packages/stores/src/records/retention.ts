/**
 * How much history a store keeps. The oldest goes first, in small steps beside the writing, so a store may hold
 * some hundred records more than this for a moment. State, timers, the inbox and steps are never trimmed.
 */

export interface Retention {
  /** Journal entries kept at most. */
  readonly journalMax: number;
  /** Entries this much older than the newest one are dropped, in milliseconds. */
  readonly journalAgeMs: number;
  /** Dead letters kept at most. */
  readonly deadMax: number;
  /** Settlements kept at most. */
  readonly settlementsMax: number;
  /** Settlements this much older than the newest one are dropped, in milliseconds. */
  readonly settlementsAgeMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is kept on disk when nothing else is said. */
export const RETENTION_DEFAULT: Retention = {
  journalMax: 200_000,
  journalAgeMs: 30 * DAY_MS,
  deadMax: 10_000,
  settlementsMax: 1_000_000,
  settlementsAgeMs: 7 * DAY_MS,
};
