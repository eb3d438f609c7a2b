/**
 * Supervision as data: when an agent that failed is started anew, and when that is given up.
 *
 * Pure: the cell asks, waits and acts. An agent fails as a whole when it cannot be started (its store cannot be read, its
 * `start` throws) or when too many of its handlers never end; a handler that throws fails its own message only.
 */

export interface Supervision {
  /** `permanent`: started anew after a failure; `temporary`: never. */
  readonly restart: 'permanent' | 'temporary';
  /** Restarts within {@link withinMs} before it is given up. */
  readonly intensity: number;
  readonly withinMs: number;
  /** The wait before the first restart; each further one within the period waits twice as long. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
}

/**
 * Given up, an agent is `dead`; a message that comes once the period is over starts it anew. So the limits of an agent say
 * at the same time how often a node at most tries: `intensity` times a period.
 */
export const SUPERVISION_DEFAULT: Supervision = {
  restart: 'permanent',
  intensity: 8,
  withinMs: 60_000,
  backoffMs: 100,
  backoffMaxMs: 10_000,
};

export type Verdict =
  | { readonly kind: 'restart'; readonly afterMs: number }
  | { readonly kind: 'give-up'; readonly why: string; readonly untilMs: number };

/** What to do after a failure at `now`, with the times of the failures before it; all monotonic milliseconds. */
export function afterFailure(supervision: Supervision, failures: readonly number[], now: number): Verdict {
  const { restart, intensity, withinMs, backoffMs, backoffMaxMs } = supervision;
  if (restart === 'temporary')
    return { kind: 'give-up', why: 'it is not to be started anew', untilMs: Number.POSITIVE_INFINITY };
  const recent = recentOf(supervision, failures, now).length;
  if (recent >= intensity) {
    const why = `it failed ${recent + 1} times within ${withinMs / 1000} s`;
    return { kind: 'give-up', why, untilMs: now + withinMs };
  }
  return { kind: 'restart', afterMs: Math.min(backoffMs * 2 ** recent, backoffMaxMs) };
}

/** The failures that still count at `now`. */
export function recentOf(
  { withinMs }: Supervision,
  failures: readonly number[],
  now: number,
): readonly number[] {
  return failures.filter((at) => at > now - withinMs);
}

/** @throws TypeError that names the member that is out of bounds. */
export function checkSupervision(given: Partial<Supervision> | undefined): Supervision {
  const supervision = { ...SUPERVISION_DEFAULT, ...given };
  const { intensity, withinMs, backoffMs, backoffMaxMs } = supervision;
  for (const [name, value] of Object.entries({ intensity, withinMs, backoffMs, backoffMaxMs })) {
    if (!Number.isFinite(value) || value < 0)
      throw new TypeError(`supervision: ${name} is a number from 0 on`);
  }
  return supervision;
}
