/**
 * `kai init`: writes a kai.yaml that explains itself, an example agent and a .gitignore. Nothing that is there is
 * ever overwritten.
 */

import { hostname, userInfo } from 'node:os';
import { relative, resolve } from 'node:path';
import { intro, isCancel, outro, text } from '@clack/prompts';
import { isLabel, toLabel } from '@kai/protocol';
import type { Command } from 'commander';
import { type Names, writeProject } from '../../init/write-project.ts';
import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal.ts';

interface InitOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function configureInit(command: Command, terminal: Terminal): void {
  command
    .argument('[folder]', 'where', '.')
    .option('-y, --yes', 'ask nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ kai init my-agents --yes')
    .action((folder: string, options: InitOptions) =>
      init(resolve(terminal.folder, folder), options, terminal),
    );
}

async function init(folder: string, options: InitOptions, terminal: Terminal): Promise<void> {
  const asks =
    process.stdin.isTTY === true && terminal.isTerminal && options.yes !== true && options.json !== true;
  const names = asks ? await askNames(suggested()) : suggested();
  const { written, kept } = await writeProject(folder, names);
  if (options.json === true) return terminal.json({ folder, written, kept });
  for (const file of written) terminal.line(`${terminal.ink.green('wrote')}  ${file}`);
  for (const file of kept) terminal.line(`${terminal.ink.dim('kept')}   ${file}, which was there already`);
  const place = relative(terminal.folder, folder);
  const first = place === '' ? '' : `cd ${place} && `;
  if (asks) outro(`Start it with: ${first}kai up`);
  else terminal.line(`Start it with: ${first}kai up`);
}

function suggested(): Names {
  return {
    owner: toLabel(userInfo().username, 'me'),
    device: toLabel(hostname().split('.')[0] ?? '', 'device'),
  };
}

async function askNames(names: Names): Promise<Names> {
  intro('A new kAI node');
  const owner = await askLabel('Whom does it belong to?', names.owner);
  const device = await askLabel('What is this device called?', names.device);
  return { owner, device };
}

async function askLabel(message: string, suggestion: string): Promise<string> {
  const answer = await text({
    message,
    placeholder: suggestion,
    defaultValue: suggestion,
    validate: (value) =>
      !value || isLabel(value) ? undefined : '1 to 63 of a-z 0-9 -, neither first nor last a -',
  });
  if (isCancel(answer)) throw new CommandError('interrupted', 'nothing was written');
  return answer;
}
