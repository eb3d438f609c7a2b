/**
 * Which node a command talks to: the one that `--node` names, else the one of the nearest `kai.yaml`, else the only
 * one of this user that runs.
 */

import { resolve } from 'node:path';
import { findConfig } from '../config/find-config.ts';
import { readToken } from '../gateway/token.ts';
import { nodesFolder, type RunningNode, runningNodes } from '../node/running-nodes.ts';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal.ts';

export const NO_NODE = 'No node is running. Start one with: npm start (or kai up)';

export interface FoundNode {
  readonly node: RunningNode;
  readonly token: string;
}

/** @throws CommandError `noNode` when none runs, `usage` when several do and none was named. */
export async function findNode(named: string | undefined, terminal: Terminal): Promise<FoundNode> {
  const node = await chooseNode(named, terminal);
  const token = await readToken(node.data);
  if (token === undefined) {
    throw new CommandError(
      'refused',
      `${node.address} runs, but there is no token in ${node.data}; restart the node`,
    );
  }
  return { node, token };
}

export async function chooseNode(named: string | undefined, terminal: Terminal): Promise<RunningNode> {
  const nodes = await runningNodes(nodesFolder(terminal.env));
  if (named !== undefined) return namedNode(named, nodes);
  const { KAI_CONFIG } = terminal.env;
  const config = KAI_CONFIG ? resolve(terminal.folder, KAI_CONFIG) : await findConfig(terminal.folder);
  const near = nodes.find((node) => node.config === config);
  if (near !== undefined) return near;
  const [only] = nodes;
  if (only === undefined) throw new CommandError('noNode', NO_NODE);
  if (nodes.length === 1) return only;
  throw new CommandError('usage', `Several nodes run; choose one with --node: ${addresses(nodes)}`);
}

function namedNode(named: string, nodes: readonly RunningNode[]): RunningNode {
  const found = nodes.filter((node) => answersTo(node, named));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (found.length > 1)
    throw new CommandError('usage', `${named} may mean several nodes: ${addresses(found)}`);
  if (nodes.length === 0) throw new CommandError('noNode', NO_NODE);
  throw new CommandError('noNode', `No node ${named} is running. These are: ${addresses(nodes)}`);
}

/** A node is named by its address, with or without kai://, by its device alone, or by its URL. */
function answersTo(node: RunningNode, named: string): boolean {
  if (URL.canParse(named) && /^https?:$/.test(new URL(named).protocol)) {
    return new URL(named).host === new URL(node.url).host;
  }
  const address = node.address.replace('kai://', '');
  return named === node.address || named === address || named === address.split('.')[1];
}

function addresses(nodes: readonly RunningNode[]): string {
  return nodes.map((node) => `${node.address} (${node.url})`).join(', ');
}
