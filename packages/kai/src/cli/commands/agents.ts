/** `kai agents`: who can be asked what. */

import type { JsonObject } from '@kai/protocol';
import type { Command } from 'commander';
import { nodeOptions } from '../node-options.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureAgents(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .option('--intents', 'print what each can be asked')
    .option('--intent <pattern>', 'only those who can be asked this, as in notes.*')
    .addHelpText('after', '\nExamples:\n  $ kai agents --intents\n  $ kai agents --intent "notes.*"')
    .action((options: NodeChoice & { readonly intents?: boolean; readonly intent?: string }) =>
      withNode(options, terminal, async (live) => {
        const asked = options.intent === undefined ? {} : { intent: options.intent };
        const answer = await askFor(live, terminal, live.hello.node, 'node.agents', asked);
        if (options.json === true) return terminal.json(answer);
        const agents = listOf(answer, 'agents');
        if (options.intents === true) printTable(terminal, intentColumns, agents.flatMap(intentsOf));
        else printTable(terminal, columnsFor(terminal), agents);
      }),
    );
}

function columnsFor({ ink }: Terminal): readonly Column<JsonObject>[] {
  return [
    { title: 'AGENT', cell: (agent) => textOf(agent.address) },
    {
      title: 'HEALTH',
      cell: (agent) => textOf(agent.health),
      colour: (text, agent) => (agent.health === 'alive' ? ink.green(text) : ink.yellow(text)),
    },
    { title: 'HANDLED', cell: (agent) => textOf(agent.handled), align: 'right' },
    { title: 'FAILED', cell: (agent) => textOf(agent.failed), align: 'right' },
    { title: 'WAITING', cell: (agent) => textOf(agent.queue), align: 'right' },
    { title: 'SUMMARY', cell: (agent) => textOf(agent.summary), elastic: true },
  ];
}

const intentColumns: readonly Column<JsonObject>[] = [
  { title: 'AGENT', cell: (intent) => textOf(intent.agent) },
  { title: 'INTENT', cell: (intent) => textOf(intent.name) },
  { title: 'EFFECT', cell: (intent) => textOf(intent.effect) },
  { title: 'SUMMARY', cell: (intent) => textOf(intent.summary), elastic: true },
];

function intentsOf(agent: JsonObject): readonly JsonObject[] {
  return listOf(agent, 'intents').map((intent) => ({ ...intent, agent: textOf(agent.address) }));
}
