/** `kai dead`: messages that could not be delivered, and why. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { dateText } from '../../system/quantities.ts';
import { memberObject } from '../live.ts';
import { limitFrom, nodeOptions } from '../node-options.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

const LIMIT_DEFAULT = 20;

export function configureDead(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .option('--limit <count>', 'how many of the last', limitFrom, LIMIT_DEFAULT)
    .addHelpText('after', '\nExample:\n  $ kai dead --limit 100')
    .action((options: NodeChoice & { readonly limit: number }) =>
      withNode(options, terminal, async (live) => {
        const answer = await askFor(live, terminal, live.hello.node, 'node.dead', { limit: options.limit });
        if (options.json === true) return terminal.json(answer);
        const letters = listOf(answer, 'letters');
        if (letters.length === 0)
          return terminal.line('No dead letters: everything was delivered or answered.');
        printTable(terminal, COLUMNS, letters);
      }),
    );
}

const COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'TIME', cell: ({ at }) => dateText(Number(at)) },
  { title: 'CODE', cell: ({ code }) => textOf(code) },
  { title: 'TO', cell: ({ message }) => textOf(messageOf(message).to), elastic: true },
  { title: 'INTENT', cell: ({ message }) => textOf(messageOf(message).intent) },
  { title: 'REASON', cell: ({ reason }) => textOf(reason), elastic: true },
];

/** The letter holds the whole message as JSON text. */
function messageOf(text: JsonValue | undefined): JsonObject {
  try {
    return memberObject(JSON.parse(textOf(text)) as JsonValue);
  } catch {
    return {};
  }
}
