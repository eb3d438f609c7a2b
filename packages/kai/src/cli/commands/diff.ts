/** `kai diff`: what lies between two snapshots of an agent, or between one and now. */

import type { Command } from 'commander';
import { printDifference } from '../difference-text.ts';
import { memberObject } from '../live.ts';
import { nodeOptions } from '../node-options.ts';
import { chosenId, snapshotsOf } from '../snapshot-choice.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, type NodeChoice, withNode } from '../with-node.ts';

export function configureDiff(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('<from>', 'the beginning of a snapshot’s id')
    .argument('[to]', 'that of another one of the same agent, or: now', 'now')
    .addHelpText('after', '\nExample:\n  $ kai diff 3f2a91c0 now')
    .action((from: string, to: string, options: NodeChoice) =>
      withNode(options, terminal, async (live) => {
        const entries = await snapshotsOf(live, terminal, undefined);
        const pair = { from: chosenId(entries, from), to: to === 'now' ? to : chosenId(entries, to) };
        const answer = await askFor(live, terminal, live.hello.node, 'node.snapshot.diff', pair);
        if (options.json === true) return terminal.json(answer);
        printDifference(terminal, memberObject(answer.difference), 'Nothing is different.');
      }),
    );
}
