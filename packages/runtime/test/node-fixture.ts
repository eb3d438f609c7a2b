/**
 * A node on virtual time, from a seed, with its store in memory.
 *
 * The disk outlives the node, so a test can stop one and start the next on what it left behind.
 */

import { address, type JsonValue, KaiError, type NodeAddress } from '@kai/protocol';
import { MemoryDisk, openMemoryIndexes, openMemoryStore, RETENTION_DEFAULT } from '@kai/stores/memory';
import { seededRandom } from '../../testing/src/seeded-random.ts';
import { VirtualClock } from '../../testing/src/virtual-clock.ts';
import {
  type AgentDefinition,
  type Answer,
  type Client,
  type KaiNode,
  type MessageHandling,
  type NodeOptions,
  startNode,
} from '../src/index.ts';
import { type Log, type Occupancy, type Snapshots, type Store, unwatched } from '../src/ports/index.ts';

export { settle, VirtualClock } from '../../testing/src/virtual-clock.ts';

export const NODE = address('kai://alice.hub') as NodeAddress;

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly component: string;
  readonly message: string;
  readonly fields: object;
}

export interface Fixture extends AsyncDisposable {
  readonly node: KaiNode;
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly disk: MemoryDisk;
  readonly logged: LogLine[];
}

export interface FixtureOptions extends Partial<Omit<NodeOptions, 'ports'>> {
  readonly clock?: VirtualClock;
  readonly disk?: MemoryDisk;
  /** What to put between the node and its store. */
  readonly wrapStore?: (store: Store) => Store;
  readonly occupancy?: Occupancy;
  /** Outlive the node, as the disk does. */
  readonly snapshots?: Snapshots;
  readonly facts?: NodeOptions['ports']['facts'];
  readonly models?: NodeOptions['ports']['models'];
  readonly seed?: number;
}

export function emptyDisk(): MemoryDisk {
  return new MemoryDisk({ ...RETENTION_DEFAULT, journalMax: 100_000, deadMax: 10_000 });
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const {
    clock = new VirtualClock(),
    disk = emptyDisk(),
    wrapStore,
    occupancy,
    snapshots,
    facts,
    models,
    seed,
    ...rest
  } = options;
  const opened = openMemoryStore({ disk });
  const store = wrapStore?.(opened) ?? opened;
  const logged: LogLine[] = [];
  const node = await startNode({
    address: NODE,
    ...rest,
    ports: {
      clock,
      random: seededRandom(seed ?? 1),
      log: collectingLog(logged, ''),
      store,
      indexes: openMemoryIndexes(),
      occupancy: occupancy ?? unwatched,
      ...(snapshots === undefined ? {} : { snapshots }),
      ...(facts === undefined ? {} : { facts }),
      ...(models === undefined ? {} : { models }),
    },
  });
  return {
    node,
    client: node.client('tester'),
    clock,
    store,
    disk,
    logged,
    async [Symbol.asyncDispose]() {
      await closeOnTime(node, clock);
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** Closes a node while time goes on. */
export async function closeOnTime(node: KaiNode, clock: VirtualClock): Promise<void> {
  let isClosed = false;
  const closed = node[Symbol.asyncDispose]().then(() => {
    isClosed = true;
  });
  for (let second = 0; second < 60 && !isClosed; second += 1) await clock.advance(1000);
  await closed;
}

/** An agent of one intent, which anything may be sent to. */
export function agentOf(
  name: string,
  intent: string,
  handler: (payload: JsonValue, handling: MessageHandling) => Answer,
  more: Partial<AgentDefinition> & { readonly effect?: 'read' | 'write'; readonly input?: object } = {},
): AgentDefinition {
  const { effect = 'read', input, ...rest } = more;
  const declared = { summary: `${intent} of ${name}`, effect, handler, ...(input && { input }) };
  return { name, summary: name, intents: { [intent]: declared }, ...rest };
}

/** The error that a promise rejects with. Fails when it resolves or rejects with anything else. */
export async function refusalOf(promise: Promise<unknown>): Promise<KaiError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof KaiError) return outcome.error;
  throw new Error('expected a KaiError', { cause: outcome });
}

/** A promise that the test settles itself. */
export function gate<T = void>(): {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(e: unknown): void;
} {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, fail: reject };
}

/** The same store, whose commits go another way. */
export function withCommit(store: Store, commit: Store['commit']): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function collectingLog(lines: LogLine[], component: string): Log {
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, component, message, fields });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => collectingLog(lines, name),
  };
}
