/** `kai dead`: messages that could not be delivered, why, and what to do with them: look, send again, or drop. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { Command } from 'commander';
import { printable, printableLine } from '../../system/printable.ts';
import { dateText } from '../../system/quantities.ts';
import { CommandError } from '../command-error.ts';
import { type Live, memberObject } from '../live.ts';
import { limitFrom, nodeOptions } from '../node-options.ts';
import { type Column, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

const LIMIT_DEFAULT = 20;
/** Letters that one `retry --all` sends again. */
const ALL_MAX = 1_000;
const ID = 'the id of the message, as kai dead list prints it';

export function configureDead(command: Command, terminal: Terminal): void {
  command.addHelpText('after', '\nExamples:\n  $ kai dead --json | jq .letters\n  $ kai dead retry --all');
  nodeOptions(command.command('list', { isDefault: true }).summary('the last of them (also: kai dead)'))
    .option('--limit <count>', 'how many of the last', limitFrom, LIMIT_DEFAULT)
    .addHelpText('after', '\nExample:\n  $ kai dead --limit 100')
    .action((options: NodeChoice & { readonly limit: number }) => list(options, terminal));
  nodeOptions(command.command('show').summary('one of them, whole'))
    .argument('<id>', ID)
    .addHelpText('after', '\nExample:\n  $ kai dead show 01a20400-65c7-7000-95af-5c9b400518fc')
    .action((id: string, choice: NodeChoice) => show(id, choice, terminal));
  nodeOptions(command.command('retry').summary('send one again, or all'))
    .argument('[id]', ID)
    .option('--all', `all of the last ${ALL_MAX}, the oldest first`)
    .addHelpText('after', '\nExample:\n  $ kai dead retry --all')
    .action((id: string | undefined, options: NodeChoice & { readonly all?: boolean }) =>
      retry(id, options, terminal),
    );
  nodeOptions(command.command('drop').summary('forget one'))
    .argument('<id>', ID)
    .addHelpText('after', '\nExample:\n  $ kai dead drop 01a20400-65c7-7000-95af-5c9b400518fc')
    .action((id: string, choice: NodeChoice) => drop(id, choice, terminal));
}

function list(options: NodeChoice & { readonly limit: number }, terminal: Terminal): Promise<void> {
  return withNode(options, terminal, async (live) => {
    const answer = await askFor(live, terminal, live.hello.node, 'node.dead', { limit: options.limit });
    if (options.json === true) return terminal.json(answer);
    const letters = listOf(answer, 'letters');
    if (letters.length === 0) return terminal.line('No dead letters: everything was delivered or answered.');
    printTable(terminal, COLUMNS, letters);
  });
}

const COLUMNS: readonly Column<JsonObject>[] = [
  { title: 'TIME', cell: ({ at }) => dateText(Number(at)) },
  { title: 'ID', cell: ({ id }) => textOf(id) },
  { title: 'CODE', cell: ({ code }) => textOf(code) },
  { title: 'TO', cell: ({ message }) => textOf(messageOf(message).to), elastic: true },
  { title: 'INTENT', cell: ({ message }) => textOf(messageOf(message).intent) },
  { title: 'REASON', cell: ({ reason }) => textOf(reason), elastic: true },
];

function show(id: string, choice: NodeChoice, terminal: Terminal): Promise<void> {
  return withNode(choice, terminal, async (live) => {
    const answer = await askFor(live, terminal, live.hello.node, 'node.dead.show', { id });
    const letter = memberObject(answer.letter);
    const message = messageOf(letter.message);
    if (choice.json === true) return terminal.json({ ...letter, message });
    const { dim } = terminal.ink;
    const { at, code, reason } = letter;
    terminal.line(`${dim('Time   ')}  ${dateText(Number(at))}`);
    terminal.line(`${dim('Reason ')}  ${printableLine(`${textOf(reason)} (${textOf(code)})`)}`);
    terminal.line(`${dim('Message')}`);
    terminal.line(printable(JSON.stringify(message, undefined, 2)));
  });
}

function drop(id: string, choice: NodeChoice, terminal: Terminal): Promise<void> {
  return withNode(choice, terminal, async (live) => {
    const answer = await askFor(live, terminal, live.hello.node, 'node.dead.drop', { id });
    if (choice.json === true) terminal.json(answer);
    else terminal.line(`Dropped ${printableLine(id)}.`);
  });
}

function retry(
  id: string | undefined,
  options: NodeChoice & { readonly all?: boolean },
  terminal: Terminal,
): Promise<void> {
  if ((id === undefined) !== (options.all === true))
    throw new CommandError('usage', 'name one letter, or write kai dead retry --all');
  return withNode(options, terminal, async (live) => {
    const ids = id === undefined ? await oldestFirst(live, terminal) : [id];
    const outcomes: JsonObject[] = [];
    for (const one of ids) {
      const outcome = await retryOne(live, one, options.all === true, terminal);
      outcomes.push(outcome);
      if (options.json !== true) terminal.line(outcomeText(outcome, terminal));
    }
    if (options.json === true) terminal.json({ letters: outcomes });
    else if (ids.length === 0) terminal.line('No dead letters: nothing to send again.');
    const kept = outcomes.filter(({ kind }) => kind !== 'sent').length;
    if (kept > 0) throw new CommandError('failed', kept === 1 ? 'one letter stays' : `${kept} letters stay`);
  });
}

/** Each id once: messages that several could not take left several letters. */
async function oldestFirst(live: Live, terminal: Terminal): Promise<readonly string[]> {
  const answer = await askFor(live, terminal, live.hello.node, 'node.dead', { limit: ALL_MAX });
  return [...new Set(listOf(answer, 'letters').map(({ id }) => textOf(id)))].reverse();
}

/** With `--all`, a letter that cannot be sent again does not keep the next from it. */
async function retryOne(
  live: Live,
  id: string,
  isOneOfAll: boolean,
  terminal: Terminal,
): Promise<JsonObject> {
  try {
    return await askFor(live, terminal, live.hello.node, 'node.dead.retry', { id });
  } catch (error) {
    const { KaiError } = await import('@kai/protocol');
    if (!isOneOfAll || !(error instanceof KaiError) || GIVES_UP.includes(error.code)) throw error;
    return { kind: 'kept', id, error: { ...error.toPayload() } };
  }
}

/** The node is away, or the person has had enough: the rest need not be tried. */
const GIVES_UP: readonly string[] = ['UNREACHABLE', 'CANCELLED', 'UNAUTHORIZED'];

const LEVELS: Readonly<Record<string, string>> = {
  durable: 'is with its receiver',
  effected: 'is done',
  before: 'was done already',
};

function outcomeText({ kind, id, level, error }: JsonObject, { ink }: Terminal): string {
  const name = printableLine(textOf(id));
  if (kind === 'sent') return `${ink.green('sent')}  ${name} ${LEVELS[textOf(level)] ?? ''}`;
  const { message, code } = memberObject(error);
  return `${ink.red('kept')}  ${name} ${printableLine(`${textOf(message)} (${textOf(code)})`)}`;
}

/** The letter holds the whole message as JSON text. */
function messageOf(text: JsonValue | undefined): JsonObject {
  try {
    return memberObject(JSON.parse(textOf(text)) as JsonValue);
  } catch {
    return {};
  }
}
