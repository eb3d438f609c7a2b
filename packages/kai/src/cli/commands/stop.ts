/** `kai stop`: asks the node's process to stop, and waits until it has. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { isNode } from '../../gateway/port-taken.ts';
import { isAlive } from '../../node/running-nodes.ts';
import { CommandError } from '../command-error.ts';
import { chooseNode } from '../find-node.ts';
import { nodeOptions } from '../node-options.ts';
import type { Terminal } from '../terminal.ts';
import type { NodeChoice } from '../with-node.ts';

/** A node stops within five seconds or ends itself; a little more, in milliseconds. */
const WAIT_MS = 7_000;
const LOOK_EVERY_MS = 50;

export function configureStop(command: Command, terminal: Terminal): void {
  nodeOptions(command)
    .addHelpText('after', '\nExample:\n  $ kai stop --node laptop')
    .action((choice: NodeChoice) => stop(choice, terminal));
}

async function stop(choice: NodeChoice, terminal: Terminal): Promise<void> {
  const node = await chooseNode(choice.node, terminal);
  // Numbers of processes are used again: only a process whose gateway answers is told to stop.
  if (!(await isNode(Number(new URL(node.url).port)))) {
    throw new CommandError(
      'failed',
      `${node.address} does not answer at ${node.url}; its process is ${node.pid}`,
    );
  }
  process.kill(node.pid, 'SIGTERM');
  for (let waitedMs = 0; isAlive(node.pid); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= WAIT_MS)
      throw new CommandError('failed', `${node.address} (process ${node.pid}) does not stop`);
    await pause(LOOK_EVERY_MS);
  }
  if (choice.json === true) terminal.json({ stopped: node.address, pid: node.pid });
  else terminal.line(`${node.address} has stopped.`);
}
