/** `kai status`: how the node is. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { ago, bytesText } from '../../system/quantities.ts';
import { findNode } from '../find-node.ts';
import { memberObject } from '../live.ts';
import { nodeOptions } from '../node-options.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

export function configureStatus(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .option('--link', 'print only the link that lets a window in; whoever has it may do what you may')
    .addHelpText('after', '\nExamples:\n  $ kai status --json | jq .messages\n  $ kai status --link')
    .action(async (choice: NodeChoice & { readonly link?: boolean }) => {
      if (choice.link === true) return tellLink(choice, terminal);
      await withNode(choice, terminal, async (live) => {
        const status = await askFor(live, terminal, live.hello.node, 'node.status');
        if (choice.json === true) terminal.json(status);
        else show(status, terminal);
      });
    });
}

async function tellLink({ node: named, json }: NodeChoice, terminal: Terminal): Promise<void> {
  const { node, token } = await findNode(named, terminal);
  const link = `${new URL('/', node.url).href}?token=${token}`;
  if (json === true) terminal.json({ link });
  else terminal.line(link);
}

function show(status: JsonObject, terminal: Terminal): void {
  const { ink } = terminal;
  const messages = memberObject(status.messages);
  const perSecond = Number(messages.perSecond ?? 0).toFixed(1);
  const rows: readonly (readonly [string, string])[] = [
    ['Node', `${shown(status.node)}  ${ink.dim(`kAI ${shown(status.version)}, ${shown(status.topology)}`)}`],
    ['Started', `${ago(Number(status.startedAt))}, for the ${ordinal(Number(status.incarnation))} time`],
    ['Agents', `${shown(status.agents)}, with ${shown(status.queue)} messages waiting`],
    [
      'Messages',
      `${shown(messages.admitted)} taken, ${shown(messages.failed)} failed, ${perSecond} a second`,
    ],
    ['Table', `${shown(memberObject(status.table).rules)} rules`],
    ['Memory', bytesText(Number(memberObject(status.memory).rss))],
    ...modelRows(status, terminal),
  ];
  for (const [name, value] of rows) terminal.line(`${ink.dim(name.padEnd(8))}  ${value}`);
}

function modelRows(status: JsonObject, { ink }: Terminal): readonly (readonly [string, string])[] {
  const models = listOf(status, 'models');
  if (models.length === 0) return [['Model', 'none: set phrases are understood, free talk needs one']];
  return models.map((model) => {
    const sign = model.ready === true ? ink.green('ready') : ink.yellow('not ready');
    const detail = model.ready === true ? '' : `: ${shown(model.detail)}`;
    return ['Model', `${shown(model.model)} ${ink.dim(shown(model.where))} ${sign}${detail}`];
  });
}

function shown(value: JsonValue | undefined): string {
  return printableLine(textOf(value));
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const ENDINGS: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

function ordinal(number: number): string {
  return `${number}${ENDINGS[ORDINALS.select(number)] ?? 'th'}`;
}
