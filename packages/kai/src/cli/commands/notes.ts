/** `kai notes`: what you asked to be kept. */

import type { JsonObject } from '@kai/protocol';
import type { Command } from 'commander';
import { dateText } from '../../system/quantities.ts';
import { limitFrom, nodeOptions } from '../node-options.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

const LIMIT_DEFAULT = 20;

export function configureNotes(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('[query...]', 'only notes about this')
    .option('--limit <count>', 'how many', limitFrom, LIMIT_DEFAULT)
    .addHelpText('after', '\nExample:\n  $ kai notes birthday')
    .action((query: readonly string[], options: NodeChoice & { readonly limit: number }) =>
      withNode(options, terminal, async (live) => {
        const { limit, json } = options;
        const words = query.join(' ');
        const [intent, payload] =
          words === '' ? ['notes.list', { limit }] : ['notes.search', { query: words, limit }];
        const answer = await askFor(live, terminal, 'kai://agent.notes', intent, payload);
        if (json === true) return terminal.json(answer);
        const notes = listOf(answer, 'notes');
        if (notes.length === 0) return terminal.line('No notes. Make one with: kai ask "note that …"');
        printTable(terminal, COLUMNS, notes);
      }),
    );
}

const COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'WHEN', cell: ({ at }) => dateText(Number(at)) },
  { title: 'NOTE', cell: ({ text }) => textOf(text), elastic: true },
  { title: 'ID', cell: ({ id }) => textOf(id) },
];
