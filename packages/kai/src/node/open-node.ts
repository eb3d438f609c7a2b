/**
 * A node of the product, opened from its configuration: the one place where parts are put together.
 *
 * Parts open in order and close in reverse; when one fails to open, those before it are closed again. Nothing of a
 * data folder is ever removed here.
 */

import { access, constants, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openThreadWatch } from '@kai/hosts/in-process';
import { KaiError } from '@kai/protocol';
import { type KaiNode, type NodePorts, startNode } from '@kai/runtime';
import type { Log, ModelRuntime } from '@kai/runtime/ports';
import { openFileSnapshots } from '@kai/stores/files';
import { openSqliteIndexes, openSqliteStore } from '@kai/stores/sqlite';
import type { Config, ConfigOutcome, LoadedConfig } from '../config/config.ts';
import type { Fault } from '../config/fault.ts';
import { openGateway } from '../gateway/gateway.ts';
import { openToken } from '../gateway/token.ts';
import { watchBattery } from '../system/battery.ts';
import { systemClock } from '../system/clock.ts';
import { systemRandom } from '../system/random.ts';
import { localTopology } from '../topologies/local.ts';
import { type LoadedAgent, loadAgents } from './load-agents.ts';
import { openModelFacts } from './model-facts.ts';
import { openModels } from './open-models.ts';
import { announceNode, nodesFolder } from './running-nodes.ts';
import { VERSION } from './version.ts';
import { watchRoutes } from './watch-routes.ts';

/** Where packages/ui is built. */
export const WINDOW_FOLDER = fileURLToPath(new URL('../../../ui/dist', import.meta.url));

export interface OpenNodeOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration anew, for its routes. */
  readonly reload: () => Promise<ConfigOutcome>;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OpenNode extends AsyncDisposable {
  readonly node: KaiNode;
  /** The gateway, without the token. */
  readonly url: string;
  /** The one link that lets a window in. */
  readonly link: string;
  readonly agents: number;
  readonly models: readonly ModelRuntime[];
  /** Resolves once it has been looked for models. */
  readonly modelsLooked: Promise<void>;
}

export type OpenNodeOutcome =
  | { readonly ok: true; readonly open: OpenNode }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * @throws KaiError `UNAVAILABLE` or `CONFLICT` when the data folder, the store or the port cannot be had, each with
 * what to do. What is wrong in the configuration is returned.
 */
export async function openNode(options: OpenNodeOptions): Promise<OpenNodeOutcome> {
  const { loaded, log } = options;
  const { config } = loaded;
  const agents = await loadAgents(loaded);
  if (!agents.ok) return agents;
  await using opened = new AsyncDisposableStack();
  await openDataFolder(config.data);
  const models = opened.use(
    openModels({
      entry: config.models,
      secrets: loaded.secrets,
      clock: systemClock,
      log: log.child('models'),
    }),
  );
  const node = await startOn(await openPorts(options, models.list, opened), config, opened);
  const faults = register(node, agents.agents, loaded);
  if (faults.length > 0) return { ok: false, faults };
  await node.resume();
  const { url, link } = await openDoor(options, node, opened);
  opened.use(watchRoutes({ file: config.file, reload: options.reload, node, log: log.child('config') }));
  const stack = opened.move();
  const open: OpenNode = {
    node,
    url,
    link,
    agents: agents.agents.length,
    models: models.list,
    modelsLooked: models.looked,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return { ok: true, open };
}

/** What the node needs from outside, in the order in which the parts depend on each other. */
async function openPorts(
  { loaded, log }: OpenNodeOptions,
  models: readonly ModelRuntime[],
  opened: AsyncDisposableStack,
): Promise<NodePorts> {
  const { path, indexPath, snapshotsPath, journalMax, journalAgeMs } = localTopology(loaded.config).store;
  const clock = systemClock;
  const retention = { journalMax, journalAgeMs };
  const store = opened.use(await openSqliteStore({ path, retention, clock, log: log.child('store') }));
  const indexes = opened.use(await openSqliteIndexes({ path: indexPath, log: log.child('indexes') }));
  const snapshots = await openFileSnapshots({ folder: snapshotsPath, log: log.child('snapshots') });
  const occupancy = opened.use(openThreadWatch({ log: log.child('thread') }));
  const battery = opened.use(await watchBattery(clock));
  const known = opened.use(openModelFacts(models, clock));
  return {
    clock,
    random: systemRandom,
    log,
    store,
    indexes,
    snapshots,
    occupancy,
    models,
    facts: () => ({ ...battery.facts(), ...known.facts() }),
    memory: () => process.memoryUsage(),
  };
}

async function startOn(ports: NodePorts, config: Config, opened: AsyncDisposableStack): Promise<KaiNode> {
  const { address, rules, reach, journal, traceEntries, topology } = config;
  const options = { address, ports, rules, reach, journal, traceEntries, topology, version: VERSION };
  return opened.use(await startNode(options));
}

/** Opens the gateway and lists the node, so that windows and commands find it. */
async function openDoor(
  options: OpenNodeOptions,
  node: KaiNode,
  opened: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly link: string }> {
  const { config } = options.loaded;
  const token = await openToken(config.data);
  const log = options.log.child('gateway');
  const gateway = opened.use(
    await openGateway({ node, port: config.port, token, version: VERSION, log, windowFolder: WINDOW_FOLDER }),
  );
  opened.use(await announce(options, gateway.url));
  return { url: gateway.url, link: `${gateway.url}?token=${token}` };
}

function register(node: KaiNode, agents: readonly LoadedAgent[], loaded: LoadedConfig): readonly Fault[] {
  const faults: Fault[] = [];
  for (const { definition, name, settings, at } of agents) {
    try {
      node.register(definition, { name, settings });
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof KaiError)) throw error;
      faults.push(loaded.fault(at, error.message));
    }
  }
  return faults;
}

function announce({ loaded, env }: OpenNodeOptions, url: string): Promise<AsyncDisposable> {
  const { config } = loaded;
  return announceNode(
    {
      address: config.address.text,
      url,
      pid: process.pid,
      data: config.data,
      config: config.file,
      version: VERSION,
      startedAt: systemClock.now(),
    },
    nodesFolder(env),
  );
}

/** @throws KaiError `UNAVAILABLE` when it can neither be made nor written to. */
async function openDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = `the data folder ${folder} cannot be used (${code}); see its permissions, or name another with data:`;
    throw new KaiError('UNAVAILABLE', why, { cause: error });
  }
}
