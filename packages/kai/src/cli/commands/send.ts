/** `kai send <to> <intent> [json|-]`: one message to an agent, and its answer. */

import { type JsonValue, PRIORITIES, REACHES } from '@kai/protocol';
import { type Command, Option } from 'commander';
import { printable } from '../../system/printable.ts';
import { millisecondsFrom, nodeOptions } from '../node-options.ts';
import { payloadFrom } from '../payload.ts';
import { readInput } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeChoice, withNode } from '../with-node.ts';

interface SendOptions extends NodeChoice {
  readonly timeout?: number;
  readonly reach?: string;
  readonly priority?: string;
}

export function configureSend(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .argument('<to>', 'an address, such as kai://agent.notes')
    .argument('<intent>', 'what is asked, such as notes.list')
    .argument('[payload]', 'JSON, or - to read it from stdin', '{}')
    .option('--timeout <ms>', 'how long to wait for the answer', millisecondsFrom)
    .addOption(new Option('--reach <label>', 'how far the message may travel').choices([...REACHES]))
    .addOption(new Option('--priority <class>', 'before which others it is served').choices([...PRIORITIES]))
    .addHelpText('after', '\nExample:\n  $ kai send kai://agent.notes notes.add \'{"text":"buy milk"}\'')
    .action((to: string, intent: string, payload: string, options: SendOptions) =>
      send(to, intent, payload, options, terminal),
    );
}

async function send(
  to: string,
  intent: string,
  payloadText: string,
  options: SendOptions,
  terminal: Terminal,
): Promise<void> {
  const payload = payloadFrom(payloadText === '-' ? await readInput(process.stdin) : payloadText);
  const { reach, priority, timeout, json } = options;
  const request = {
    to,
    intent,
    payload,
    ...(reach === undefined ? {} : { context: { reach } }),
    ...(priority === undefined ? {} : { priority }),
  };
  await withNode(options, terminal, async (live) => {
    const answer = live.stream(request, { timeoutMs: timeout, signal: terminal.interrupted });
    for (;;) {
      const part = await answer.next();
      if (part.done === true) {
        if (json === true) terminal.json({ reply: part.value });
        else terminal.line(shown(part.value.payload));
        return;
      }
      if (json === true) terminal.json({ chunk: part.value });
      else terminal.line(printable(JSON.stringify(part.value)));
    }
  });
}

function shown(payload: JsonValue): string {
  return printable(JSON.stringify(payload, null, 2));
}
