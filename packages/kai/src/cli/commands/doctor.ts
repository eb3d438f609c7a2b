/**
 * `kai doctor`: looks for what is wrong with this installation, its configuration and its data, and says what to do.
 * It changes nothing.
 */

import type { Command } from 'commander';
import { examine } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import { printableLine } from '../../system/printable.ts';
import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export function configureDoctor(command: Command, terminal: Terminal): void {
  command
    .option('-c, --config <file>', 'the configuration; default: the nearest kai.yaml, here or above')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ kai doctor')
    .action((options: DoctorOptions) => doctor(options, terminal));
}

async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const findings: Finding[] = [];
  for await (const finding of examine({
    config: options.config,
    env: terminal.env,
    folder: terminal.folder,
  })) {
    findings.push(finding);
    if (options.json !== true) show(finding, terminal);
  }
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  if (options.json === true) terminal.json({ ok: failed === 0, findings });
  if (failed > 0)
    throw new CommandError('failed', failed === 1 ? 'one thing is wrong' : `${failed} things are wrong`);
}

function show({ verdict, subject, what, todo }: Finding, { ink, line }: Terminal): void {
  const sign = { ok: ink.green('ok  '), warn: ink.yellow('warn'), fail: ink.red('fail') }[verdict];
  line(`${sign}  ${ink.bold(subject.padEnd(10))}  ${printableLine(what)}`);
  if (todo !== undefined) line(`${' '.repeat(18)}${ink.dim('→')} ${printableLine(todo)}`);
}
