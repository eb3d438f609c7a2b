/** `kai snapshots`: which snapshots there are. */

import type { JsonObject } from '@kai/protocol';
import type { Command } from 'commander';
import { bytesText, dateText } from '../../system/quantities.ts';
import { nodeOptions } from '../node-options.ts';
import { agentAt, shortId, snapshotsOf } from '../snapshot-choice.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureSnapshots(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('[agent]', 'its name or its address; without it, all agents')
    .addHelpText('after', '\nExample:\n  $ kai snapshots notes')
    .action((agent: string | undefined, options: NodeChoice) =>
      withNode(options, terminal, async (live) => {
        const entries = await snapshotsOf(live, terminal, agent && agentAt(live, agent));
        if (options.json === true) return terminal.json({ snapshots: entries });
        if (entries.length === 0) return terminal.line('No snapshots. Take one with: kai snapshot <agent>');
        printTable(terminal, COLUMNS, entries);
      }),
    );
}

const COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'ID', cell: ({ id }) => shortId(textOf(id)) },
  { title: 'TIME', cell: ({ at }) => dateText(Number(at)) },
  { title: 'KIND', cell: ({ kind }) => textOf(kind) },
  { title: 'SIZE', cell: ({ bytes }) => bytesText(Number(bytes)), align: 'right' },
  { title: 'AGENT', cell: ({ agent }) => textOf(agent), elastic: true },
  { title: 'NOTE', cell: ({ note }) => textOf(note), elastic: true },
];
