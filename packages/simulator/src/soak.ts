/**
 * Running the scenarios against the runtime, seed after seed:
 *
 *     node packages/simulator/src/soak.ts --count 1000 [--seed 1] [--scenario counter] [--crash-points]
 *
 * With `--crash-points` each seed is run once for each of its crash points. `--keep`, `--crash-at` and `--chaos` replay
 * what a report says. Exits with 1 when something failed. It measures itself by the process's own age, since no code of
 * this room may read the time.
 */

import { parseArgs } from 'node:util';
import { resolve } from '../scenarios/agents.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import {
  CHAOS_NAMES,
  type ChaosName,
  enumerateCrashPoints,
  runScenario,
  type Scenario,
  type SimOptions,
  type SimReport,
} from './index.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string' },
    chaos: { type: 'string' },
    keep: { type: 'string' },
    'crash-at': { type: 'string' },
    'crash-points': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** Failures that are told in full. */
const TOLD_MAX = 2;

interface Total {
  runs: number;
  failed: number;
  messages: number;
  acknowledged: number;
  unknown: number;
  refused: number;
  crashes: number;
  lost: number;
  unsent: number;
  duplicated: number;
  stuck: number;
  other: number;
}

const chosen = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
if (chosen.length === 0) {
  console.error(`no scenario ${values.scenario}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const scenario of chosen) failed += await soak(scenario);
process.exitCode = failed === 0 ? 0 : 1;

async function soak(scenario: Scenario): Promise<number> {
  const begun = process.uptime();
  const total = empty();
  const [count, first] = [Number(values.count), Number(values.seed)];
  for (let seed = first; seed < first + count; seed += 1) {
    for await (const options of variants(scenario, optionsOf(seed))) {
      const isTold = total.failed < TOLD_MAX;
      const report = await runScenario(scenario, isTold ? options : { ...options, shrinkRuns: 0 });
      add(total, report);
      if (!report.passed && isTold) tell(report);
      if (values.verbose)
        console.log(`seed ${seed}: ${report.traceHash} ${report.passed ? 'passed' : 'failed'}`);
    }
    if ((seed - first) % 200 === 199)
      console.log(`  ${scenario.name}: ${seed - first + 1} seeds, ${total.failed} failed`);
  }
  const seconds = process.uptime() - begun;
  const { runs, ...counts } = total;
  const told = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  console.log(`${scenario.name}: ${runs} runs, ${Math.round(runs / seconds)} a second; ${told.join(', ')}`);
  return total.failed;
}

function optionsOf(seed: number): SimOptions {
  return {
    seed,
    resolve,
    ...(values.chaos === undefined ? {} : { chaos: chaosOf(values.chaos) }),
    ...(values.keep === undefined ? {} : { keep: values.keep.split(',') }),
    ...(values['crash-at'] === undefined ? {} : { crashAt: Number(values['crash-at']) }),
  };
}

function chaosOf(text: string): readonly ChaosName[] {
  return CHAOS_NAMES.filter((name) => text.split(',').includes(name));
}

/** One run, or one for each crash point. */
async function* variants(scenario: Scenario, options: SimOptions): AsyncGenerator<SimOptions> {
  if (!values['crash-points']) return yield options;
  const points = await enumerateCrashPoints(scenario, options);
  for (let crashAt = 0; crashAt < points; crashAt += 1) yield { ...options, crashAt };
}

function empty(): Total {
  const none = { messages: 0, acknowledged: 0, unknown: 0, refused: 0, crashes: 0 };
  return { runs: 0, failed: 0, ...none, lost: 0, unsent: 0, duplicated: 0, stuck: 0, other: 0 };
}

function add(total: Total, { passed, counts, violations }: SimReport): void {
  total.runs += 1;
  total.failed += passed ? 0 : 1;
  total.messages += counts.messages;
  total.acknowledged += counts.received + counts.durable + counts.effected;
  total.unknown += counts.unknown;
  total.refused += counts.refused;
  total.crashes += counts.crashes;
  total.lost += counts.lost;
  total.unsent += counts.unsent;
  total.duplicated += counts.duplicated;
  total.stuck += counts.stuck;
  total.other += violations.length - counts.lost - counts.unsent - counts.duplicated - counts.stuck;
}

function tell(report: SimReport): void {
  console.log(`\n${report.scenario}, seed ${report.seed}:`);
  for (const { invariant, text } of report.violations.slice(0, 5)) console.log(`  ${invariant}: ${text}`);
  const { minimal } = report;
  if (minimal === undefined) return;
  console.log(`  shrunk from ${minimal.from} to ${minimal.to} in ${minimal.runs} runs; then broken:`);
  for (const { invariant, text } of minimal.violations.slice(0, 5)) console.log(`    ${invariant}: ${text}`);
  for (const line of minimal.schedule) console.log(`    ${line}`);
  for (const line of minimal.trace.slice(0, 60)) console.log(`    | ${line}`);
  const flags = minimal.replay.command.replace(/^.*?(?=--seed)/, '');
  console.log(
    `  again: node packages/simulator/src/soak.ts --scenario ${report.scenario} --count 1 ${flags}\n`,
  );
}
