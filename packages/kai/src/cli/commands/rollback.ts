/** `kai rollback`: gives an agent back the state of a snapshot, and keeps a snapshot of what that replaces. */

import type { JsonObject } from '@kai/protocol';
import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { CommandError } from '../command-error.ts';
import { printDifference } from '../difference-text.ts';
import { memberObject } from '../live.ts';
import { nodeOptions } from '../node-options.ts';
import { agentAt, chosenId, shortId, snapshotsOf } from '../snapshot-choice.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, type NodeChoice, textOf, withNode } from '../with-node.ts';

interface RollbackOptions extends NodeChoice {
  readonly to: string;
  readonly dryRun?: boolean;
}

export function configureRollback(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('<agent>', 'its name, such as notes, or its address')
    .requiredOption('--to <id>', 'the beginning of a snapshot’s id, or: latest')
    .option('--dry-run', 'only say what would change')
    .addHelpText('after', '\nExample:\n  $ kai rollback notes --to latest --dry-run')
    .action((agent: string, options: RollbackOptions) =>
      withNode(options, terminal, async (live) => {
        const address = agentAt(live, agent);
        // Another agent's snapshot is refused by the agent, which says why.
        const entries = await snapshotsOf(live, terminal, options.to === 'latest' ? address : undefined);
        const payload = { to: chosenId(entries, options.to), dryRun: options.dryRun === true };
        const answer = await askFor(live, terminal, address, 'rollback', payload);
        if (options.json === true) terminal.json(answer);
        else tell(answer, address, terminal);
        const refusal = memberObject(answer.refusal);
        if (refusal.message !== undefined) throw new CommandError('failed', refusalText(refusal));
        if (answer.awake === false)
          throw new CommandError('failed', `${address} has its state back, and does not start with it`);
      }),
    );
}

function tell(answer: JsonObject, address: string, terminal: Terminal): void {
  const { ink } = terminal;
  printDifference(terminal, memberObject(answer.difference), 'Nothing is different.');
  if (answer.dryRun === true) return terminal.note('Nothing was changed: this was a dry run.');
  const replaced = textOf(memberObject(answer.replaced).id);
  terminal.line(`${ink.green('rolled back')}  ${printableLine(address)} to ${shortId(textOf(answer.to))}`);
  terminal.note(`What was there before is ${shortId(replaced)}.`);
}

function refusalText({ message, code }: JsonObject): string {
  return `it would be refused: ${textOf(message)} (${textOf(code)})`;
}
