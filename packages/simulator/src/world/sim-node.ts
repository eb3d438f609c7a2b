/**
 * A simulated node: a disk that stays, and one process after another on it.
 *
 * Killing drops the process as it is: nothing is closed or disposed of. What it still had under way meets a dead clock
 * and a dead disk.
 */

import { KaiError, type NodeAddress } from '@kai/protocol';
import type { Store, TextIndexes } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { SimDisk } from '../disk/sim-disk.ts';
import { SimIndexes } from '../disk/sim-indexes.ts';
import { SimStore } from '../disk/sim-store.ts';
import type { Host, HostedAgent, HostedNode, HostPorts } from '../host/host.ts';
import { ProcessClock } from '../time/process-clock.ts';
import type { Process } from './process.ts';
import { simLog } from './sim-log.ts';
import type { World } from './world.ts';

/** How long a node that could not start waits before it tries again. */
const START_AGAIN_MS = 500;

/** A process that takes messages. */
export interface Running {
  readonly process: Process;
  readonly hosted: HostedNode;
}

export class SimNode {
  readonly name: string;
  readonly address: NodeAddress;
  readonly disk: SimDisk;
  /** What is on disk. */
  readonly image: Store;
  /** The process that takes messages now. */
  running: Running | undefined = undefined;
  readonly #world: World;
  readonly #host: Host;
  readonly #agentsFor: (process: Process) => readonly HostedAgent[];
  readonly #indexes: TextIndexes = openMemoryIndexes();
  #process: Process;

  constructor(
    world: World,
    host: Host,
    name: string,
    address: NodeAddress,
    agentsFor: (process: Process) => readonly HostedAgent[],
  ) {
    this.#world = world;
    this.#host = host;
    this.name = name;
    this.address = address;
    this.#agentsFor = agentsFor;
    this.disk = new SimDisk(world, world.chance, name);
    this.image = openMemoryStore();
    this.#process = { node: name, number: 0, isAlive: false, whenDead: new Set() };
  }

  /** Whether a process of it lives, be it still starting. */
  get isAlive(): boolean {
    return this.#process.isAlive;
  }

  /** Starts a process, unless one lives. */
  start(): void {
    if (this.#process.isAlive) return;
    const process = {
      node: this.name,
      number: this.#process.number + 1,
      isAlive: true,
      whenDead: new Set<() => void>(),
    };
    this.#process = process;
    this.#world.record(this.name, 'starts', '', `for the ${process.number}. time`);
    this.#host
      .start({ address: this.address, ports: this.#portsFor(process), agents: this.#agentsFor(process) })
      .then(
        (hosted) => this.#started(process, hosted),
        (error: unknown) => this.#failed(process, error),
      );
  }

  /** The process dies here and now. */
  kill(downMs: number, why: string): void {
    if (!this.#process.isAlive) return;
    this.#process.isAlive = false;
    this.running = undefined;
    this.#world.record(this.name, 'killed', '', why);
    this.disk.crash();
    for (const tell of this.#process.whenDead) tell();
    this.#world.time.after(downMs, () => this.start());
  }

  #started(process: Process, hosted: HostedNode): void {
    if (!process.isAlive) return;
    this.running = { process, hosted };
    this.#world.record(this.name, 'is up', '', '');
  }

  #failed(process: Process, error: unknown): void {
    if (!process.isAlive) return;
    process.isAlive = false;
    if (!(error instanceof KaiError)) return this.#world.fail(error);
    this.#world.record(this.name, 'could not start', '', error.message);
    this.#world.time.after(START_AGAIN_MS, () => this.start());
  }

  #portsFor(process: Process): HostPorts {
    const { time, chance } = this.#world;
    return {
      clock: new ProcessClock(time, (run) => this.#world.guarded(process, run)),
      random: chance.stream(`${process.node} ${process.number}`),
      log: simLog((what, text) => {
        if (process.isAlive) this.#world.record(this.name, what, '', text);
      }),
      store: new SimStore(this.disk, this.image, process),
      indexes: new SimIndexes(this.disk, this.#indexes, process),
    };
  }
}
