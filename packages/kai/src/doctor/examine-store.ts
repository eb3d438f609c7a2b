/** What is kept: counted and checked by the node itself while it runs, else directly in its file. */

import { stat } from 'node:fs/promises';
import { type JsonObject, KaiError } from '@kai/protocol';
import { silentLog } from '@kai/runtime/ports';
import { openSqliteStore } from '@kai/stores/sqlite';
import { openLive } from '../cli/live.ts';
import type { Config } from '../config/config.ts';
import { readToken } from '../gateway/token.ts';
import type { RunningNode } from '../node/running-nodes.ts';
import { systemClock } from '../system/clock.ts';
import { bytesText } from '../system/quantities.ts';
import { localTopology } from '../topologies/local.ts';
import { type Finding, fail, ok } from './finding.ts';

/** How long a large store may be checked, in milliseconds. */
const INSPECT_MS = 120_000;

interface Report {
  readonly state: number;
  readonly timers: number;
  readonly journal: number;
  readonly dead: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

export async function examineStore(config: Config, running: RunningNode | undefined): Promise<Finding> {
  const { path } = localTopology(config).store;
  if ((await stat(path).catch(() => undefined)) === undefined) return ok('store', 'nothing is kept yet');
  try {
    return findingOf(running === undefined ? await inspectFile(path) : await askNode(running), path);
  } catch (error) {
    if (!(error instanceof KaiError)) throw error;
    return fail('store', error.message, 'keep a copy of the data folder before you change anything in it');
  }
}

function findingOf({ state, timers, journal, dead, bytes, problems }: Report, path: string): Finding {
  if (problems.length > 0) {
    const todo = `stop the node, keep a copy of ${path}, and restore a backup`;
    return fail('store', `it is damaged: ${problems.join('; ')}`, todo);
  }
  const counts = `${state} values, ${timers} timers, ${journal} journal entries, ${dead} dead letters`;
  return ok('store', `sound: ${counts}, ${bytesText(bytes)}`);
}

async function inspectFile(path: string): Promise<Report> {
  await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
  return await store.inspect();
}

async function askNode({ url, data }: RunningNode): Promise<Report> {
  const token = (await readToken(data)) ?? '';
  const signal = AbortSignal.timeout(INSPECT_MS);
  await using live = await openLive({ url, token, signal });
  const request = { to: live.hello.node, intent: 'node.inspect', payload: {} };
  const reply = await live.ask(request, { timeoutMs: INSPECT_MS, signal });
  return reply.payload as JsonObject & Report;
}
