/**
 * A simulated world: nodes, their disks, time and chance. Everything that happens in it happens through the event queue,
 * so that a seed repeats it bit for bit.
 */

import { address, type JsonValue, type NodeAddress } from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import { Chance } from '../chance/chance.ts';
import type { CrashPointKind, DiskWorld } from '../disk/sim-disk.ts';
import type { Host, HostedAgent } from '../host/host.ts';
import { instrumented } from '../observe/instrument.ts';
import { Ownership } from '../observe/ownership.ts';
import type { WorldFault } from '../plan/plan.ts';
import { nodesOf, type Scenario } from '../scenario/scenario.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { Trace } from '../trace/trace.ts';
import type { Process } from './process.ts';
import { SimNode } from './sim-node.ts';

/** Gives the definition of an agent by its name. @throws whatever it likes for one that it does not know. */
export type Resolve = (name: string) => AgentDefinition;

/** A kill that waits for its node's next disk operation of a kind. */
interface Armed {
  readonly when: CrashPointKind;
  readonly downMs: number;
  readonly id: string;
}

/** How long a node that its own code brought down stays so. */
const UNCAUGHT_DOWN_MS = 200;

export class World implements DiskWorld {
  readonly time = new VirtualTime();
  readonly trace = new Trace();
  readonly chance: Chance;
  readonly nodes = new Map<string, SimNode>();
  readonly ownership = new Ownership();
  /** Crash points passed. */
  crashPoints = 0;
  crashes = 0;
  /** When something last happened that is worth a line. */
  busyAt = 0;
  /** What processes threw where nobody caught it. */
  readonly uncaught: string[] = [];
  readonly #armed = new Map<string, Armed>();
  #crash: Extract<WorldFault, { kind: 'crash' }> | undefined = undefined;
  #failure: { readonly error: unknown } | undefined = undefined;
  #handlings = 0;

  constructor(scenario: Scenario, seed: number, host: Host, resolve: Resolve) {
    this.chance = new Chance(seed);
    for (const name of nodesOf(scenario)) {
      // Sound because an address of two labels is a node's.
      const at = address(`kai://sim.${name}`) as NodeAddress;
      const hosted = scenario.agents.filter(({ node = nodesOf(scenario)[0] }) => node === name);
      const definitions = hosted.map(({ name: agent, use = agent }) => ({ ...resolve(use), name: agent }));
      const agentsFor = (process: Process): HostedAgent[] =>
        hosted.map(({ name: agent, settings = {} }, index) => ({
          name: agent,
          definition: instrumented(definitions[index] as AgentDefinition, this.#watcherOf(process)),
          settings,
        }));
      this.nodes.set(name, new SimNode(this, host, name, at, agentsFor));
    }
  }

  record(where: string, what: string, message: string, detail: string): void {
    this.busyAt = this.time.now;
    this.trace.record(this.time.now, where, what, message, detail);
  }

  /** Lets time pass until `isDone`, at most until `limitMs` after the world began. @throws what brought it down. */
  async run(isDone: () => boolean, limitMs: number): Promise<void> {
    await this.time.run(() => this.#failure !== undefined || isDone(), limitMs);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** The simulation itself cannot go on: a definition is wrong, say. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Makes a fault happen at its time. */
  plan(fault: WorldFault): void {
    if (fault.kind === 'crash') this.#crash = fault;
    else this.time.after(fault.at - this.time.now, () => this.#happen(fault));
  }

  /** Nothing new goes wrong from here on: only kills that wait for their point may still come. Every node is started. */
  heal(): void {
    this.record('world', 'is healed', '', '');
    for (const node of this.nodes.values()) {
      node.disk.heal();
      node.start();
    }
  }

  crashPoint(process: Process, kind: CrashPointKind): void {
    const point = this.crashPoints;
    this.crashPoints += 1;
    const armed = this.#armed.get(process.node);
    if (this.#crash?.point === point) {
      const { id, downMs } = this.#crash;
      this.#crash = undefined;
      this.#kill(process.node, downMs, `${id}, at a ${kind}`);
    } else if (armed?.when === kind) {
      this.#armed.delete(process.node);
      this.#kill(process.node, armed.downMs, `${armed.id}, at a ${kind}`);
    }
  }

  /** Runs what a process's timer wakes. What it throws ends the process, as an uncaught exception does. */
  guarded(process: Process, run: () => void): void {
    if (!process.isAlive) return;
    try {
      run();
    } catch (error) {
      this.uncaught.push(`${process.node}: ${String(error)}`);
      this.#kill(process.node, UNCAUGHT_DOWN_MS, `by its own error: ${String(error)}`);
    }
  }

  #happen(fault: Exclude<WorldFault, { kind: 'crash' }>): void {
    const node = this.nodes.get(fault.node);
    if (fault.kind === 'disk') {
      this.record(fault.node, 'disk', '', `${fault.trouble} for ${fault.forMs.toFixed(1)} ms`);
      node?.disk.befall(fault.trouble, fault.forMs);
    } else if (fault.when === 'now' && node?.isAlive === true) {
      this.#kill(fault.node, fault.downMs, fault.id);
    } else {
      // A node that is down already is killed again when it is up.
      const when = fault.when === 'now' ? 'write' : fault.when;
      this.#armed.set(fault.node, { when, downMs: fault.downMs, id: fault.id });
    }
  }

  #kill(name: string, downMs: number, why: string): void {
    const node = this.nodes.get(name);
    if (node?.isAlive !== true) return;
    this.crashes += 1;
    node.kill(downMs, why);
  }

  #watcherOf(process: Process): Parameters<typeof instrumented>[1] {
    const record = (what: string, message: string, detail: string): void => {
      if (process.isAlive) this.record(process.node, what, message, detail);
    };
    return {
      begins: (agent, message, intent) => {
        this.#handlings += 1;
        this.ownership.claim(agent, process);
        record('handles', message, `${intent} at ${agent}`);
        return String(this.#handlings);
      },
      ends: (_, message, intent, failure) => {
        record(
          failure === undefined ? 'handled' : 'failed',
          message,
          failure === undefined ? intent : reasonOf(failure),
        );
      },
    };
  }
}

/** A JSON value for the trace, cut short. */
export function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
