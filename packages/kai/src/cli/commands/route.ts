/** `kai route`: the orchestration table, and why a message goes where it goes. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { nodeOptions } from '../node-options.ts';
import { payloadFrom } from '../payload.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureRoute(command: Command, terminal: Terminal): void {
  nodeOptions(command.command('list').summary('the rules, in the order in which they are tried'))
    .addHelpText('after', '\nExample:\n  $ kai route list')
    .action((choice: NodeChoice) => list(choice, terminal));
  nodeOptions(command.command('explain').summary('where a message would go, and why'))
    .argument('<to>', 'an address, such as kai://agent.notes')
    .argument('<intent>', 'what is asked, such as notes.list')
    .argument('[payload]', 'JSON', '{}')
    .addHelpText('after', '\nExample:\n  $ kai route explain kai://agent.notes notes.list')
    .action((to: string, intent: string, payload: string, choice: NodeChoice) =>
      explain({ to, intent, payload: payloadFrom(payload) }, choice, terminal),
    );
}

function list(choice: NodeChoice, terminal: Terminal): Promise<void> {
  return withNode(choice, terminal, async (live) => {
    const answer = await askFor(live, terminal, live.hello.node, 'node.routes');
    if (choice.json === true) return terminal.json(answer);
    const rules = listOf(answer, 'rules');
    if (rules.length === 0) return terminal.line('No rules: every message goes where its address says.');
    printTable(terminal, RULE_COLUMNS, rules);
  });
}

const RULE_COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'RULE', cell: ({ name }) => textOf(name) },
  { title: 'WHEN', cell: ({ match }) => membersText(match), elastic: true },
  { title: 'THEN', cell: ({ action }) => membersText(action), elastic: true },
];

function explain(message: JsonObject, choice: NodeChoice, terminal: Terminal): Promise<void> {
  return withNode(choice, terminal, async (live) => {
    const answer = await askFor(live, terminal, live.hello.node, 'node.explain', message);
    if (choice.json === true) return terminal.json(answer);
    for (const step of listOf(answer, 'steps')) {
      const sign = step.matched === true ? terminal.ink.green('✓') : terminal.ink.dim('·');
      terminal.line(
        `${sign} ${printableLine(textOf(step.rule))}  ${terminal.ink.dim(printableLine(textOf(step.why)))}`,
      );
    }
    const targets = Array.isArray(answer.targets) ? answer.targets.map(textOf) : [];
    terminal.line(
      `→ ${printableLine(targets.length === 0 ? membersText(answer.action) : targets.join(', '))}`,
    );
  });
}

/** `intent: notes.*, priority: [high]`. */
function membersText(value: JsonValue | undefined): string {
  if (typeof value !== 'object' || value === null) return textOf(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${textOf(member as JsonValue)}`);
  return members.length === 0 ? 'always' : members.join(', ');
}
