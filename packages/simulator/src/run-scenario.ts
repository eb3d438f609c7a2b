/**
 * Running a scenario with one seed, and shrinking it when it fails: the simulator's front door.
 */

import type { Violation } from './check/violation.ts';
import type { Host } from './host/host.ts';
import { runtimeHost } from './host/runtime-host.ts';
import { makePlan, type Plan, type PlanOptions } from './plan/plan.ts';
import { inWords } from './plan/words.ts';
import type { Minimal, Replay, SimReport } from './report.ts';
import { type Judged, runPlan } from './run-plan.ts';
import type { Scenario } from './scenario/scenario.ts';
import { namesOf, SHRINK_RUNS_MAX, shrink } from './shrink.ts';
import { written } from './trace/trace.ts';
import type { Resolve } from './world/world.ts';

/** Said in a command line in place of no names: no message or fault is called so. */
const NOTHING = 'nothing';
/** Lines of a report's trace of one message. */
const TRACE_LINES_MAX = 200;

export interface SimOptions extends PlanOptions {
  /** The agents' definitions by name. They may wait for nothing but what their context gives them. */
  readonly resolve: Resolve;
  /** What runs the agents; default: the runtime. */
  readonly host?: Host;
  /** Runs spent on making a failure smaller; 0 for none. Default {@link SHRINK_RUNS_MAX}. */
  readonly shrinkRuns?: number;
  /** Whether the report holds the whole trace. */
  readonly trace?: boolean;
}

/**
 * Runs a scenario. The same scenario, options and code give the same report.
 *
 * @throws TypeError when a definition is wrong, KaiError `NO_ROUTE` when a message goes to an agent that is not in the
 * scenario, and whatever `resolve` throws.
 */
export async function runScenario(scenario: Scenario, options: SimOptions): Promise<SimReport> {
  const { resolve, host = runtimeHost, shrinkRuns = SHRINK_RUNS_MAX } = options;
  const plan = makePlan(scenario, options);
  const run = (part: Plan): Promise<Judged> => runPlan(scenario, part, host, resolve);
  const judged = await run(plan);
  const { violations, counts, trace, traceHash } = judged;
  const report: SimReport = {
    scenario: scenario.name,
    host: host.name,
    seed: options.seed,
    passed: violations.length === 0,
    violations,
    counts,
    traceHash,
    replay: replayOf(scenario, options, options.keep),
    ...(options.trace === true ? { trace: trace.lines.map(written) } : {}),
  };
  if (report.passed || shrinkRuns === 0) return report;
  const small = await shrink(plan, judged, shrinkRuns, run);
  return { ...report, minimal: minimal(scenario, options, plan, small) };
}

/**
 * How many crash points a run has: `crashAt` takes any number below it. A run with `crashAt` goes the same way up to
 * there, and has other points after it.
 */
export async function enumerateCrashPoints(scenario: Scenario, options: SimOptions): Promise<number> {
  const { crashAt: _, ...without } = options;
  return (await runScenario(scenario, { ...without, shrinkRuns: 0 })).counts.crashPoints;
}

function minimal(
  scenario: Scenario,
  options: SimOptions,
  plan: Plan,
  small: { readonly plan: Plan; readonly judged: Judged; readonly runs: number },
): Minimal {
  const { violations, trace, traceHash } = small.judged;
  const names = namesOf(small.plan);
  return {
    violations,
    schedule: inWords(small.plan),
    trace: trace.about(offender(violations), TRACE_LINES_MAX),
    traceHash,
    from: namesOf(plan).length,
    to: names.length,
    runs: small.runs,
    replay: replayOf(scenario, options, names),
  };
}

function offender(violations: readonly Violation[]): string {
  return violations.find(({ message }) => message !== '')?.message ?? '';
}

function replayOf(scenario: Scenario, options: SimOptions, keep: readonly string[] | undefined): Replay {
  const { seed, chaos, crashAt } = options;
  const words = [
    `kai sim ${scenario.name}.yaml --seed ${seed}`,
    ...(chaos === undefined ? [] : [`--chaos ${chaos.join(',')}`]),
    ...(crashAt === undefined ? [] : [`--crash-at ${crashAt}`]),
    ...(keep === undefined ? [] : [`--keep ${keep.length === 0 ? NOTHING : keep.join(',')}`]),
  ];
  return {
    seed,
    ...(chaos === undefined ? {} : { chaos }),
    ...(crashAt === undefined ? {} : { crashAt }),
    ...(keep === undefined ? {} : { keep }),
    command: words.join(' '),
  };
}
