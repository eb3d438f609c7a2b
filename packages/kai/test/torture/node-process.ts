/**
 * The process that is killed: a node on the store at argv[2], told over IPC what to send. It says what it hears of each
 * order the moment it hears it, so that a kill takes nothing with it that was acknowledged.
 */

import { KaiError } from '@kai/protocol';
import { type Client, startNode } from '@kai/runtime';
import { openMemoryIndexes } from '@kai/stores/memory';
import { openSqliteStore } from '@kai/stores/sqlite';
import { systemClock } from '../../src/system/clock.ts';
import { openLog } from '../../src/system/log.ts';
import { systemRandom } from '../../src/system/random.ts';
import { ACCOUNTS, account, ledger, NODE } from './agents.ts';
import type { FromNode, Heard, Order, ToNode } from './wire.ts';

await serve(String(process.argv[2]));

async function serve(path: string): Promise<void> {
  const log = openLog({
    level: 'error',
    pretty: false,
    colour: false,
    write: (line) => void process.stderr.write(line),
  });
  const store = await openSqliteStore({ path, clock: systemClock, log });
  const ports = { clock: systemClock, random: systemRandom, log, store, indexes: openMemoryIndexes() };
  const node = await startNode({ address: NODE, ports });
  node.register(ledger);
  for (let n = 0; n < ACCOUNTS; n += 1) node.register(account, { name: `account-${n}` });
  await node.resume();
  // The same address after each start: a message is known again by its sender and its id.
  const client = node.client('driver');
  const hear = gathering();
  process.on('message', async (message: ToNode) => {
    switch (message.op) {
      case 'send':
        for (const order of message.orders) void send(client, order).then(hear);
        return;
      case 'waiting?':
        return say({ op: 'waiting', agents: await store.waiting() });
      case 'stop':
        await node[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
        process.disconnect?.();
    }
  });
  say({ op: 'up', incarnation: node.incarnation });
}

async function send(client: Client, { n, id, kind, account, to, coins, until }: Order): Promise<Heard> {
  const receiver = `${NODE.text}.${kind === 'enter' ? 'ledger' : `account-${account}`}`;
  const payload = kind === 'pay' ? { n, to, coins } : { n, coins: kind === 'enter' ? 0 : coins };
  try {
    if (until !== 'call')
      return { n, level: (await client.deliver(receiver, kind, payload, { id, until })).level };
    await client.call(receiver, kind, payload, { id });
    return { n, level: 'effected' };
  } catch (error) {
    if (error instanceof KaiError)
      return { n, refused: `${error.code}: ${error.message}`, retryable: error.retryable };
    throw error;
  }
}

/** What is heard in one turn goes in one piece. */
function gathering(): (heard: Heard) => void {
  let heard: Heard[] = [];
  return (one) => {
    heard.push(one);
    if (heard.length > 1) return;
    setImmediate(() => {
      say({ op: 'heard', heard });
      heard = [];
    });
  };
}

function say(message: FromNode): void {
  process.send?.(message);
}
