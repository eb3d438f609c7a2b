/** Running a scenario seed after seed, until one fails: then that one is shrunk, and the rest is not run. */

import { setImmediate } from 'node:timers/promises';
import {
  type ChaosName,
  enumerateCrashPoints,
  runScenario,
  type SimOptions,
  type SimReport,
} from '@kai/simulator';
import type { LoadedScenario } from './load-scenario.ts';

export interface SeedsOptions {
  readonly seed: number;
  readonly count: number;
  readonly chaos: readonly ChaosName[] | undefined;
  /** Only the messages and faults of these names: of a shrunk schedule. */
  readonly keep: readonly string[] | undefined;
  readonly crashAt: number | undefined;
  /** Each seed is run once for each of its crash points. */
  readonly crashPoints: boolean;
  readonly signal: AbortSignal;
  /** After each run. */
  readonly onRun: (totals: Totals) => void;
}

export interface Totals {
  seeds: number;
  runs: number;
  messages: number;
  effects: number;
  crashes: number;
}

export interface SeedsOutcome {
  readonly totals: Totals;
  /** The first run that failed. */
  readonly failure: SimReport | undefined;
}

/** Ends early, without a failure, when `signal` aborts. @throws what `runScenario` throws. */
export async function runSeeds(loaded: LoadedScenario, options: SeedsOptions): Promise<SeedsOutcome> {
  const totals: Totals = { seeds: 0, runs: 0, messages: 0, effects: 0, crashes: 0 };
  for (let seed = options.seed; seed < options.seed + options.count; seed += 1) {
    for await (const one of runsOf(loaded, options, seed)) {
      if (options.signal.aborted) return { totals, failure: undefined };
      const report = await runScenario(loaded.scenario, one);
      add(totals, report);
      options.onRun(totals);
      if (!report.passed) return { totals, failure: report };
      // A simulated world never gives the thread away by itself.
      await setImmediate();
    }
    totals.seeds += 1;
  }
  return { totals, failure: undefined };
}

async function* runsOf(
  { scenario, resolve }: LoadedScenario,
  { chaos, keep, crashAt, crashPoints }: SeedsOptions,
  seed: number,
): AsyncGenerator<SimOptions> {
  const options: SimOptions = {
    seed,
    resolve,
    ...(chaos === undefined ? {} : { chaos }),
    ...(keep === undefined ? {} : { keep }),
    ...(crashAt === undefined ? {} : { crashAt }),
  };
  if (!crashPoints) return yield options;
  const points = await enumerateCrashPoints(scenario, options);
  for (let point = 0; point < points; point += 1) yield { ...options, crashAt: point };
}

function add(totals: Totals, { counts }: SimReport): void {
  totals.runs += 1;
  totals.messages += counts.messages;
  totals.effects += counts.effects;
  totals.crashes += counts.crashes;
}
