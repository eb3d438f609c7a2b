/** What `kai up` says first: who runs, where its window is, what it found. */

import type { OpenNode } from '../node/open-node.ts';
import { VERSION } from '../node/version.ts';
import { printableLine } from '../system/printable.ts';
import type { Terminal } from './terminal.ts';

export function greet(open: OpenNode, json: boolean, terminal: Terminal): void {
  const { node, url, link, agents } = open;
  const address = node.address.text;
  if (json) {
    terminal.json({
      event: 'up',
      address,
      url,
      link,
      agents,
      version: VERSION,
      incarnation: node.incarnation,
    });
    void open.modelsLooked.then(() => terminal.json({ event: 'models', models: open.models.map(described) }));
    return;
  }
  const { ink } = terminal;
  const count = `${agents} agent${agents === 1 ? '' : 's'}`;
  terminal.line(`${ink.bold(`kAI ${VERSION}`)}  ${address}  ${ink.dim(count)}`);
  terminal.line();
  terminal.line(`  Open  ${ink.cyan(link)}`);
  void open.modelsLooked.then(() =>
    terminal.line(`  ${modelLine(open)}\n\n${ink.dim('  Ctrl-C stops it.')}\n`),
  );
}

function modelLine({ models }: OpenNode): string {
  const [first] = models;
  if (first === undefined) {
    return 'Model none: set phrases are understood, free talk needs one. Install Ollama (ollama.com), then: ollama pull qwen3';
  }
  const others = models.length === 1 ? '' : ` and ${models.length - 1} more`;
  return `Model ${printableLine(first.model)} (${first.name}, ${printableLine(first.where)})${others}`;
}

function described({ name, model, reach, where }: OpenNode['models'][number]): object {
  return { name, model, reach, where };
}
