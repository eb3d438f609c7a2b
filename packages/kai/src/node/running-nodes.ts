/**
 * Which nodes of this user run: one small file each under `$XDG_STATE_HOME/kai/nodes`, by which the command line
 * finds them. No secret stands in it: the token stays in the node's own data folder.
 *
 * A node that was killed leaves its file behind; whoever reads the list next removes it.
 */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';

export interface RunningNode {
  /** The node's address, as text. */
  readonly address: string;
  /** The gateway, without the token. */
  readonly url: string;
  readonly pid: number;
  /** Absolute. */
  readonly data: string;
  /** Absolute. */
  readonly config: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Files of the list that are looked at; far more than one person runs. */
const LISTED_MAX = 256;

/** Where the list is. KAI_STATE_HOME comes before XDG_STATE_HOME, for tests and for several lists at once. */
export function nodesFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { KAI_STATE_HOME, XDG_STATE_HOME } = env;
  if (KAI_STATE_HOME !== undefined && KAI_STATE_HOME !== '') return join(KAI_STATE_HOME, 'nodes');
  const state =
    XDG_STATE_HOME !== undefined && XDG_STATE_HOME !== ''
      ? XDG_STATE_HOME
      : join(homedir(), '.local', 'state');
  return join(state, 'kai', 'nodes');
}

/** Adds a node to the list, until it is disposed of. */
export async function announceNode(node: RunningNode, folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const port = new URL(node.url).port;
  const file = join(folder, `${node.pid}-${port}.json`);
  await writeFile(`${file}.new`, `${JSON.stringify(node)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** The nodes that run now, the one that was started last first. */
export async function runningNodes(folder: string): Promise<readonly RunningNode[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).slice(0, LISTED_MAX);
  const nodes = await Promise.all(files.map((name) => readNode(join(folder, name))));
  return nodes.filter((node) => node !== undefined).sort((one, other) => other.startedAt - one.startedAt);
}

async function readNode(file: string): Promise<RunningNode | undefined> {
  const node = recordFrom(await readFile(file, 'utf8').catch(() => ''));
  if (node !== undefined && isAlive(node.pid)) return node;
  await rm(file, { force: true });
  return undefined;
}

function recordFrom(text: string): RunningNode | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  return isJsonObject(value) && isRecord(value) ? value : undefined;
}

function isRecord(value: JsonObject): value is JsonObject & RunningNode {
  const { address, url, pid, data, config, version, startedAt } = value;
  const texts = [address, url, data, config, version].every((text) => typeof text === 'string');
  return texts && URL.canParse(url as string) && Number.isInteger(pid) && typeof startedAt === 'number';
}

/** Whether a process runs. Signal 0 reaches whoever lives; one of somebody else answers EPERM and lives as well. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
