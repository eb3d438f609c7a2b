/**
 * `npm run bench`: kAI beside its peers and beside the raw limit, as ratios of one run.
 *
 *     npm run bench                          one table
 *     npm run bench -- --only local-call     one measurement; may be given several times
 *     npm run bench -- --json                one JSON document
 *
 * Figures are information: the exit code is 0 whatever they are, 1 when a measurement broke, 2 when it was called wrongly.
 */

import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { readControl } from './control.ts';
import { measureApart } from './measure-apart.ts';
import { FULL_SCALE } from './measurement.ts';
import { MEASUREMENTS } from './measurements/index.ts';
import { asJson, asTable, type Ran, type Report } from './report/report.ts';

interface Wanted {
  readonly names: readonly string[];
  readonly json: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let wanted: Wanted;
  try {
    wanted = parse(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  const report = await run(wanted.names);
  console.log(wanted.json ? asJson(report) : asTable(report));
  return report.ran.some(({ outcome }) => outcome.kind === 'broken') ? 1 : 0;
}

/** @throws TypeError for what is no option or no measurement. */
function parse(args: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
  });
  const known = Object.keys(MEASUREMENTS);
  const unknown = values.only?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new TypeError(`no measurement ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return { names: values.only ?? known, json: values.json };
}

async function run(names: readonly string[]): Promise<Report> {
  const began = performance.now();
  const ran: Ran[] = [];
  const control = [readControl()];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    ran.push({ name, outcome: await measureApart(name, FULL_SCALE) });
    control.push(readControl());
  }
  return { ran, control, machine: machine(), seconds: (performance.now() - began) / 1000 };
}

function machine(): string {
  const model = cpus()[0]?.model ?? 'an unknown processor';
  return `Node ${process.version}, ${availableParallelism()} × ${model}, ${process.platform} ${process.arch}`;
}
