/** `kai reminders`: what you will be reminded of. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { ago, dateText } from '../../system/quantities.ts';
import { nodeOptions } from '../node-options.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureReminders(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .option('--all', 'also those that are over')
    .addHelpText('after', '\nExample:\n  $ kai reminders --all')
    .action((options: NodeChoice & { readonly all?: boolean }) =>
      withNode(options, terminal, async (live) => {
        const query = options.all === true ? { all: true } : {};
        const answer = await askFor(live, terminal, 'kai://agent.reminders', 'reminders.list', query);
        if (options.json === true) return terminal.json(answer);
        const reminders = listOf(answer, 'reminders');
        if (reminders.length === 0)
          return terminal.line('No reminders. Make one with: kai ask "remind me …"');
        printTable(terminal, COLUMNS, reminders);
      }),
    );
}

const COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'DUE', cell: ({ due }) => dateText(timeOf(due)) },
  { title: '', cell: ({ due, status }) => (status === 'waiting' ? ago(timeOf(due)) : textOf(status)) },
  { title: 'WHAT', cell: ({ what }) => textOf(what), elastic: true },
  { title: 'REPEATS', cell: ({ repeats }) => textOf(repeats) },
  { title: 'ID', cell: ({ id }) => textOf(id), elastic: true },
];

/** Milliseconds since the epoch, or a date in words that machines read. */
function timeOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : Date.parse(textOf(value));
}
