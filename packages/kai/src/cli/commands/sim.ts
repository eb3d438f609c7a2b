/**
 * `kai sim`: runs agents in a simulated world, on virtual time, under everything that goes wrong, seed after seed
 * (docs/simulator.md). No node is needed, and nothing of yours is touched.
 */

import { CHAOS_NAMES, type ChaosName, type SimReport } from '@kai/simulator';
import { type Command, InvalidArgumentError } from 'commander';
import { printFaults } from '../../config/fault.ts';
import { printableLine } from '../../system/printable.ts';
import { CommandError } from '../command-error.ts';
import { countFrom, naturalFrom } from '../node-options.ts';
import { loadScenario } from '../simulation/load-scenario.ts';
import { runSeeds, type SeedsOutcome, type Totals } from '../simulation/run-seeds.ts';
import type { Terminal } from '../terminal.ts';

/** Seeds, when neither one of them nor a number is given. */
const COUNT_DEFAULT = 100;
/** Milliseconds between two words on how it goes. */
const PROGRESS_EVERY_MS = 2_000;
/** Broken invariants that are told, and lines of the trace. */
const VIOLATIONS_TOLD = 5;
const TRACE_TOLD = 40;

interface SimCommandOptions {
  readonly seed?: number;
  readonly count?: number;
  readonly chaos?: readonly ChaosName[];
  readonly crashPoints?: boolean;
  readonly crashAt?: number;
  readonly keep?: readonly string[];
  readonly config?: string;
  readonly json?: boolean;
}

export function configureSim(command: Command, terminal: Terminal): void {
  command
    .argument('<scenario>', 'a YAML file: which agents, what is asked of them, what goes wrong')
    .option('--seed <number>', 'the first seed, or the only one when no --count is given', naturalFrom)
    .option('--count <number>', `how many seeds; default ${COUNT_DEFAULT}`, countFrom)
    .option('--chaos <names>', `only these, in place of the scenario's: ${CHAOS_NAMES.join(',')}`, chaosFrom)
    .option('--crash-points', 'run each seed once for each place where the disk could be cut off')
    .option('--crash-at <number>', 'crash at this one of those places', naturalFrom)
    .option(
      '--keep <names>',
      'only these messages and faults: how a report repeats its smallest schedule',
      namesFrom,
    )
    .option(
      '-c, --config <file>',
      'the kai.yaml whose agents are meant; default: the nearest to the scenario',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ kai sim kills.yaml --count 1000 --chaos kill,drop')
    .action((file: string, options: SimCommandOptions) => sim(file, options, terminal));
}

async function sim(file: string, options: SimCommandOptions, terminal: Terminal): Promise<void> {
  const { seed = 1, count = options.seed === undefined ? COUNT_DEFAULT : 1, chaos, keep, crashAt } = options;
  const outcome = await loadScenario({ file, config: options.config }, terminal);
  if (!outcome.ok) throw new CommandError('failed', `the scenario is wrong\n${printFaults(outcome.faults)}`);
  const begun = performance.now();
  const rate = ({ runs }: Totals): number => Math.round((runs / (performance.now() - begun)) * 1000);
  const found = await runSeeds(outcome.loaded, {
    seed,
    count,
    chaos,
    keep,
    crashAt,
    crashPoints: options.crashPoints === true,
    signal: terminal.interrupted,
    onRun: progress(count, rate, terminal),
  });
  const again = found.failure === undefined ? undefined : againText(file, options, found.failure);
  if (options.json === true) terminal.json(asJson(found, again));
  else tell(found, again, rate(found.totals), terminal);
  if (found.failure !== undefined) throw new CommandError('failed', `seed ${found.failure.seed} failed`);
  if (terminal.interrupted.aborted) throw new CommandError('interrupted', 'the rest was not run');
}

function progress(
  count: number,
  rate: (totals: Totals) => number,
  terminal: Terminal,
): (totals: Totals) => void {
  let last = performance.now();
  return (totals) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    terminal.note(`${totals.seeds} of ${count} seeds, ${totals.runs} runs, ${rate(totals)} a second`);
  };
}

/** The command line that runs exactly the smallest failure again. */
function againText(file: string, { config }: SimCommandOptions, { minimal, replay }: SimReport): string {
  const { command } = minimal?.replay ?? replay;
  const flags = command.slice(command.indexOf('--seed'));
  return `kai sim ${file} ${config === undefined ? '' : `--config ${config} `}${flags}`;
}

function asJson({ totals, failure }: SeedsOutcome, again: string | undefined): object {
  return failure === undefined ? { passed: true, totals } : { passed: false, totals, failure, again };
}

function tell(
  { totals, failure }: SeedsOutcome,
  again: string | undefined,
  perSecond: number,
  terminal: Terminal,
): void {
  const { seeds, runs, messages, effects, crashes } = totals;
  if (failure !== undefined) tellFailure(failure, again ?? '', terminal);
  const sum = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'} passed; ${runs} runs, ${perSecond} a second`;
  terminal.line(`${sum}; ${messages} messages, ${effects} effects, ${crashes} crashes`);
  if (failure === undefined && runs > 0)
    terminal.line(terminal.ink.green('Nothing was lost, done twice, or left undone.'));
}

function tellFailure(failure: SimReport, again: string, terminal: Terminal): void {
  const { ink } = terminal;
  const { scenario, seed, violations, minimal } = failure;
  const put = (text: string, indent = ''): void => terminal.line(`${indent}${printableLine(text)}`);
  const broken = (list: SimReport['violations']): void => {
    for (const { invariant, text } of list.slice(0, VIOLATIONS_TOLD))
      terminal.line(`  ${ink.red(invariant)}: ${printableLine(text)}`);
  };
  put(`${scenario} fails with seed ${seed}:`);
  broken(violations);
  if (minimal !== undefined) {
    terminal.line();
    put(`The smallest schedule found that breaks it, ${minimal.to} of ${minimal.from} messages and faults:`);
    for (const line of minimal.schedule) put(line, '  ');
    broken(minimal.violations);
    terminal.line();
    put('What happens then:');
    for (const line of minimal.trace.slice(0, TRACE_TOLD)) terminal.line(`  ${ink.dim(printableLine(line))}`);
  }
  terminal.line();
  put('Again:');
  put(again, '  ');
  terminal.line();
}

function namesFrom(text: string): readonly string[] {
  return text.split(',').filter((name) => name !== '');
}

function chaosFrom(text: string): readonly ChaosName[] {
  const names = namesFrom(text);
  const unknown = names.find((name) => !CHAOS_NAMES.some((known) => known === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${unknown} is none of ${CHAOS_NAMES.join(', ')}`);
  return CHAOS_NAMES.filter((name) => names.includes(name));
}
