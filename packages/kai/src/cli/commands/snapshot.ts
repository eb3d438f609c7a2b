/** `kai snapshot`: captures an agent between two of its messages, or tries a message on one that was captured. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { bytesText } from '../../system/quantities.ts';
import { CommandError } from '../command-error.ts';
import { printDifference } from '../difference-text.ts';
import { type Live, memberObject } from '../live.ts';
import { nodeOptions } from '../node-options.ts';
import { payloadFrom } from '../payload.ts';
import { agentAt, chosenId, shortId, snapshotsOf } from '../snapshot-choice.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

interface SnapshotOptions extends NodeChoice {
  readonly note?: string;
  readonly test?: string;
  readonly send?: string;
  readonly payload: string;
}

export function configureSnapshot(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('<agent>', 'its name, such as notes, or its address')
    .option('--note <text>', 'why it is taken, for who finds it later')
    .option(
      '--test <id>',
      'take none, but try --send on the agent as this snapshot has it; nothing comes of it',
    )
    .option('--send <intent>', 'what --test asks')
    .option('--payload <json>', 'what --test asks it with', '{}')
    .addHelpText(
      'after',
      '\nExample:\n  $ kai snapshot notes --note "before I clear up"\n  $ kai snapshot notes --test 3f2a91c0 --send notes.list',
    )
    .action((agent: string, options: SnapshotOptions) =>
      withNode(options, terminal, (live) =>
        options.test === undefined
          ? take(live, agentAt(live, agent), options, terminal)
          : test(live, agentAt(live, agent), options.test, options, terminal),
      ),
    );
}

async function take(live: Live, agent: string, options: SnapshotOptions, terminal: Terminal): Promise<void> {
  const payload = options.note === undefined ? {} : { note: options.note };
  const taken = await askFor(live, terminal, agent, 'snapshot', payload);
  if (options.json === true) return terminal.json(taken);
  const { ink } = terminal;
  const what = `${shortId(textOf(taken.id))}  ${printableLine(textOf(taken.agent))}`;
  terminal.line(`${ink.green('taken')}  ${what}  ${bytesText(Number(taken.bytes))}`);
}

async function test(
  live: Live,
  agent: string,
  typed: string,
  { send: intent, payload, json }: SnapshotOptions,
  terminal: Terminal,
): Promise<void> {
  if (intent === undefined) throw new CommandError('usage', '--test needs --send, what to ask the agent');
  const id = chosenId(await snapshotsOf(live, terminal, agent), typed);
  const asked = { id, intent, payload: payloadFrom(payload) };
  const run = await askFor(live, terminal, live.hello.node, 'node.snapshot.test', asked);
  if (json === true) terminal.json(run);
  else tell(run, terminal);
  const { message, code } = memberObject(run.error);
  if (message !== undefined)
    throw new CommandError('failed', `it would fail: ${textOf(message)} (${textOf(code)})`);
}

function tell(run: JsonObject, terminal: Terminal): void {
  const { ink } = terminal;
  if (run.answer !== undefined) terminal.line(`answer  ${printableLine(jsonText(run.answer))}`);
  for (const { to, intent, payload } of listOf(run, 'sent')) {
    const what = `${textOf(to)} ${textOf(intent)} ${textOf(payload)}`;
    terminal.line(`${ink.yellow('would send')}  ${printableLine(what)}`);
  }
  printDifference(terminal, memberObject(run.difference), 'It would change nothing.');
  terminal.note('Nothing was sent or changed: this was an isolated run.');
}

function jsonText(value: JsonValue): string {
  return JSON.stringify(value);
}
