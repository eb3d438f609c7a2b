/**
 * `kai ask "…"`: asks the assistant and prints the answer as it comes, then its sources, then who answered and why.
 * Without a text it reads stdin; on a terminal it becomes a small conversation.
 */

import { createInterface } from 'node:readline/promises';
import type { JsonObject, WireMessage } from '@kai/protocol';
import type { Command } from 'commander';
import { AnswerPrinter } from '../answer-printer.ts';
import { CommandError } from '../command-error.ts';
import type { Live } from '../live.ts';
import { memberObject } from '../live.ts';
import { millisecondsFrom, nodeOptions } from '../node-options.ts';
import { readInput } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeChoice, withNode } from '../with-node.ts';

/** How long an answer may take: a model on a small machine is slow. In milliseconds. */
const ANSWER_MS = 300_000;

interface AskOptions extends NodeChoice {
  readonly session?: string;
  readonly timeout?: number;
}

export function configureAsk(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('[text...]', 'what to ask; without it stdin is read, or a conversation begins')
    .option('--session <name>', 'the conversation that this belongs to')
    .option('--timeout <ms>', 'how long to wait for the answer', millisecondsFrom)
    .addHelpText(
      'after',
      '\nExamples:\n  $ kai ask "remind me at 5 to call Ada"\n  $ cat letter.txt | kai ask',
    )
    .action((words: readonly string[], options: AskOptions) => ask(words.join(' '), options, terminal));
}

async function ask(words: string, options: AskOptions, terminal: Terminal): Promise<void> {
  const isConversation = words === '' && process.stdin.isTTY === true && options.json !== true;
  await withNode(options, terminal, async (live) => {
    if (isConversation) return converse(live, options, terminal);
    const text = words === '' ? (await readInput(process.stdin)).trim() : words;
    if (text === '') throw new CommandError('usage', 'nothing was asked; write kai ask "…"');
    await say(live, text, options, terminal, terminal.interrupted);
  });
}

async function say(
  live: Live,
  text: string,
  options: AskOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { session, timeout = ANSWER_MS, json } = options;
  const payload = { text, ...(session === undefined ? {} : { session }) };
  const request = { to: 'kai://agent.kai-core', intent: 'conversation.say', payload };
  const answer = live.stream(request, { timeoutMs: timeout, signal });
  const printer = new AnswerPrinter(terminal);
  for (;;) {
    const part = await answer.next();
    if (part.done === true) {
      if (json === true) terminal.json(summaryOf(part.value));
      else printer.end(memberObject(part.value.payload));
      return;
    }
    if (json !== true) printer.part(memberObject(part.value));
  }
}

/** One JSON document: the reply, and how it was routed. */
function summaryOf(reply: WireMessage): JsonObject {
  const { route } = memberObject(reply.context);
  return { ...memberObject(reply.payload), ...(route === undefined ? {} : { route }) };
}

/** Asks line after line. Ctrl-C takes the question back, and ends the conversation when none is open. */
async function converse(live: Live, options: AskOptions, terminal: Terminal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  let asking: AbortController | undefined;
  lines.on('SIGINT', () => (asking === undefined ? lines.close() : asking.abort()));
  terminal.line(terminal.ink.dim('Ask something. Ctrl-C takes a question back, Ctrl-D ends.'));
  lines.setPrompt(terminal.ink.cyan('› '));
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() !== '') {
      asking = new AbortController();
      await say(live, line.trim(), options, terminal, asking.signal).catch((error: unknown) => {
        terminal.note(terminal.errorInk.red(error instanceof Error ? error.message : String(error)));
      });
      asking = undefined;
    }
    lines.prompt();
  }
  terminal.line();
}
