/** `kai trace`: which messages went where; one trace from its first message to its last; or all as they come. */

import type { JsonObject } from '@kai/protocol';
import type { Command } from 'commander';
import { printableLine } from '../../system/printable.ts';
import { clockText } from '../../system/quantities.ts';
import type { Live } from '../live.ts';
import { memberObject } from '../live.ts';
import { limitFrom, nodeOptions } from '../node-options.ts';
import { type Column, cut, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { askFor, listOf, type NodeChoice, textOf, withNode } from '../with-node.ts';

interface TraceOptions extends NodeChoice {
  readonly follow?: boolean;
  readonly containing?: string;
  readonly limit: number;
}

const LIMIT_DEFAULT = 20;
/** The end of a trace's id is chance alone and enough to name it; a whole one would take half the width. */
const TRACE_SHOWN = 12;

export function configureTrace(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('[trace]', 'the id of one trace, or its end as it is listed, to see it whole')
    .option('-f, --follow', 'go on with what comes; Ctrl-C ends it')
    .option('--containing <text>', 'only messages with this in an address, the intent or an id')
    .option('--limit <count>', 'how many of the last messages', limitFrom, LIMIT_DEFAULT)
    .addHelpText('after', '\nExample:\n  $ kai trace -f --containing notes')
    .action((trace: string | undefined, options: TraceOptions) =>
      withNode(options, terminal, (live) => {
        if (trace !== undefined) return showOne(live, trace, options, terminal);
        return options.follow === true ? follow(live, options, terminal) : showLast(live, options, terminal);
      }),
    );
}

async function showOne(live: Live, trace: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  const answer = await askFor(live, terminal, live.hello.node, 'node.trace.show', { trace });
  const entries = listOf(answer, 'entries');
  if (options.json === true) return terminal.json(answer);
  if (entries.length === 0)
    return terminal.note(`No message of a trace ${printableLine(trace)} is known any more.`);
  printTable(terminal, columnsFor(terminal), entries);
}

async function showLast(live: Live, options: TraceOptions, terminal: Terminal): Promise<void> {
  const { containing, limit, json } = options;
  const query = { limit, ...(containing === undefined ? {} : { containing }) };
  const answer = await askFor(live, terminal, live.hello.node, 'node.trace', query);
  if (json === true) return terminal.json(answer);
  const entries = listOf(answer, 'entries');
  if (entries.length === 0) return terminal.note('No messages yet.');
  // The newest stands last, beside the prompt, as in logs.
  printTable(terminal, columnsFor(terminal), entries.toReversed());
}

/** Ctrl-C is how following ends, so it is no failure. */
async function follow(live: Live, options: TraceOptions, terminal: Terminal): Promise<void> {
  const { containing, json } = options;
  const payload = containing === undefined ? {} : { containing };
  const request = { to: live.hello.node, intent: 'node.trace.follow', payload };
  try {
    for await (const chunk of live.stream(request, { signal: terminal.interrupted })) {
      const { missed } = memberObject(chunk);
      for (const entry of listOf(memberObject(chunk), 'entries')) {
        if (json === true) terminal.json(entry);
        else terminal.line(lineOf(entry, terminal));
      }
      if (Number(missed) > 0) terminal.note(`(${missed} more came too fast to be shown)`);
    }
  } catch (error) {
    if (!terminal.interrupted.aborted) throw error;
  }
}

function lineOf(entry: JsonObject, terminal: Terminal): string {
  const { ink, width } = terminal;
  const way = printableLine(
    `${textOf(entry.intent)}  ${textOf(entry.from)} → ${textOf(entry.to)}  ${textOf(entry.note)}`,
  );
  const start = `${clockText(Number(entry.at))}  ${printableLine(textOf(entry.outcome)).padEnd(9)}`;
  return `${ink.dim(start)} ${outcomeInk(cut(way, Math.max(20, width - start.length - 1)), entry, terminal)}`;
}

function columnsFor(terminal: Terminal): readonly Column<JsonObject>[] {
  const { ink } = terminal;
  return [
    { title: 'TIME', cell: ({ at }) => clockText(Number(at)), colour: (text) => ink.dim(text) },
    {
      title: 'OUTCOME',
      cell: ({ outcome }) => textOf(outcome),
      colour: (text, entry) => outcomeInk(text, entry, terminal),
    },
    { title: 'INTENT', cell: ({ intent }) => textOf(intent) },
    { title: 'FROM', cell: ({ from }) => textOf(from), elastic: true },
    { title: 'TO', cell: ({ to }) => textOf(to), elastic: true },
    { title: 'MS', cell: ({ tookMs }) => Number(tookMs ?? 0).toFixed(1), align: 'right' },
    { title: 'NOTE', cell: ({ note }) => textOf(note), elastic: true },
    {
      title: 'TRACE',
      cell: ({ trace }) => textOf(trace).slice(-TRACE_SHOWN),
      colour: (text) => ink.dim(text),
    },
  ];
}

function outcomeInk(text: string, { outcome }: JsonObject, { ink }: Terminal): string {
  return outcome === 'failed' || outcome === 'refused' ? ink.red(text) : text;
}
