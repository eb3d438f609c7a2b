/**
 * Places a trace's entries on its span of time: where each begins and how long it was, as shares of the whole.
 * A reply's bar reaches back to its request; an instant still gets a bar that can be seen.
 */

import type { JournalEntry } from '../../connection/wire.ts';

export interface TimelineStep {
  readonly entry: JournalEntry;
  /** Since the first entry, in milliseconds. */
  readonly offsetMs: number;
  /** 0 to 1 of the whole span. */
  readonly start: number;
  /** 0 to 1; start and length together are at most 1. */
  readonly length: number;
}

export interface Timeline {
  readonly totalMs: number;
  readonly steps: readonly TimelineStep[];
}

/** The shortest bar, as a share: a dot that can be seen. */
export const LENGTH_MIN = 0.02;

export function toTimeline(entries: readonly JournalEntry[]): Timeline {
  const sorted = [...entries].sort((one, other) => one.at - other.at);
  const begin = sorted[0]?.at ?? 0;
  const totalMs = Math.max(0, ...sorted.map(({ at }) => at - begin));
  const steps = sorted.map((entry) => {
    const offsetMs = entry.at - begin;
    const whole = Math.max(1, totalMs);
    const length = Math.min(1, Math.max(LENGTH_MIN, entry.tookMs / whole));
    const start = Math.max(0, Math.min(1 - length, (offsetMs - entry.tookMs) / whole));
    return { entry, offsetMs, start, length };
  });
  return { totalMs, steps };
}
