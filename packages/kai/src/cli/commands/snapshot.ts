/** `kai snapshot`: captures an agent between two of its messages. */

import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { bytesText } from '../../system/quantities.ts';
import { nodeOptions } from '../node-options.ts';
import { agentAt, shortId } from '../snapshot-choice.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureSnapshot(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('<agent>', 'its name, such as notes, or its address')
    .option('--note <text>', 'why it is taken, for who finds it later')
    .addHelpText('after', '\nExample:\n  $ kai snapshot notes --note "before I clear up"')
    .action((agent: string, options: NodeChoice & { readonly note?: string }) =>
      withNode(options, terminal, async (live) => {
        const payload = options.note === undefined ? {} : { note: options.note };
        const taken = await askFor(live, terminal, agentAt(live, agent), 'snapshot', payload);
        if (options.json === true) return terminal.json(taken);
        const { ink } = terminal;
        const what = `${shortId(textOf(taken.id))}  ${printableLine(textOf(taken.agent))}`;
        terminal.line(`${ink.green('taken')}  ${what}  ${bytesText(Number(taken.bytes))}`);
      }),
    );
}
