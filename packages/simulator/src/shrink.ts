/**
 * Shrinking: leaving out messages and faults, in large pieces first and then one by one, as long as the same invariant
 * is still broken. The end comes earlier by itself: a run lasts until the last thing that was planned.
 *
 * Greedy, and bounded by a number of runs, so that shrinking a seed twice gives the same.
 */

import type { Invariant } from './check/violation.ts';
import { kept, type Plan } from './plan/plan.ts';
import type { Judged } from './run-plan.ts';

/** Runs that shrinking one failure may take unless its caller says otherwise. */
export const SHRINK_RUNS_MAX = 400;

export interface Shrunk {
  readonly plan: Plan;
  readonly judged: Judged;
  readonly runs: number;
}

export async function shrink(
  plan: Plan,
  judged: Judged,
  runsMax: number,
  run: (plan: Plan) => Promise<Judged>,
): Promise<Shrunk> {
  const wanted = judged.violations[0]?.invariant;
  let best: Shrunk = { plan, judged, runs: 0 };
  if (wanted === undefined) return best;
  const removable = removableFor(wanted);
  let names = removable(plan);
  for (let size = Math.ceil(names.length / 2); size >= 1; ) {
    let hasShrunk = false;
    for (let from = 0; from < names.length && best.runs < runsMax; ) {
      const gone = new Set(names.slice(from, from + size));
      const fewer = namesOf(best.plan).filter((name) => !gone.has(name));
      const smaller = kept(best.plan, fewer);
      const outcome = await run(smaller);
      const isBroken = breaks(outcome, wanted);
      best = isBroken
        ? { plan: smaller, judged: outcome, runs: best.runs + 1 }
        : { ...best, runs: best.runs + 1 };
      if (isBroken) {
        names = removable(smaller);
        hasShrunk = true;
      } else from += size;
    }
    if (best.runs >= runsMax) break;
    // What was needed beside something that is gone now may not be needed any more.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!hasShrunk) break;
  }
  return best;
}

/** What a scenario expects, it expects of all its messages: of such a failure only the faults are left out. */
function removableFor(invariant: Invariant): (plan: Plan) => readonly string[] {
  return invariant === 'expect' ? ({ faults }) => faults.map(({ id }) => id) : namesOf;
}

/** The names of everything in a plan: what {@link kept} takes. */
export function namesOf({ messages, faults }: Plan): readonly string[] {
  return [...faults.map(({ id }) => id), ...messages.map(({ id }) => id)];
}

function breaks({ violations }: Judged, invariant: Invariant): boolean {
  return violations.some((violation) => violation.invariant === invariant);
}
