/**
 * A disk that can be slow, full, failing, and lose its power.
 *
 * One worker serves it, first come, first served, as a store's writer thread does. Writes that wait together go to the
 * disk together and are acknowledged once they are synced; reads see every write that was handed over before them. When
 * the process dies, of the writes under way a prefix survives, as it does in a write-ahead log whose frames carry
 * checksums: the first torn frame ends it. Writes that had not begun are gone.
 *
 * Each read, each write and each acknowledgement is a crash point (see {@link DiskWorld.crashPoint}).
 */

import { KaiError } from '@kai/protocol';
import type { Chance, Stream } from '../chance/chance.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { never, type Process } from '../world/process.ts';

/** `write`: before it begins. `synced`: it is on disk, and nobody knows. */
export type CrashPointKind = 'read' | 'write' | 'synced';

/** What the disk needs of the world around it. */
export interface DiskWorld {
  readonly time: VirtualTime;
  /** Numbers the point, and kills the process there when that is planned. */
  crashPoint(process: Process, kind: CrashPointKind): void;
  record(where: string, what: string, message: string, detail: string): void;
}

/** `slow`: syncs take long. `full`: writes are refused. `failing`: reads, too. */
export type Trouble = 'slow' | 'full' | 'failing';

/** Writes that go to disk together. */
const GROUP_MAX = 100;
const READ_MS = [0.05, 0.3] as const;
const SYNC_MS = [0.4, 2.5] as const;
const SLOW_SYNC_MS = [60, 400] as const;

interface Operation {
  readonly kind: 'read' | 'write';
  readonly process: Process;
  /** What it is about, for the trace. */
  readonly message: string;
  readonly detail: string;
  /** Does it, at once; what it gives is awaited only for its outcome. */
  run(): Promise<unknown>;
  settle(outcome: Promise<unknown>): void;
}

export class SimDisk {
  readonly #world: DiskWorld;
  readonly #chance: Chance;
  readonly #node: string;
  #waiting: Operation[] = [];
  /** The writes that are on their way to the disk. */
  #group: readonly Operation[] = [];
  #isBusy = false;
  /** Changes when the power goes: what was under way then has no end. */
  #power = 0;
  #trouble: { readonly kind: Trouble; readonly until: number } | undefined = undefined;
  /** Writes that have been synced. */
  synced = 0;

  constructor(world: DiskWorld, chance: Chance, node: string) {
    this.#world = world;
    this.#chance = chance;
    this.#node = node;
  }

  /** Resolves once synced. @throws KaiError `UNAVAILABLE` when the disk refuses; then nothing has happened. */
  write<T>(process: Process, message: string, detail: string, run: () => Promise<T>): Promise<T> {
    return this.#queue('write', process, message, detail, run);
  }

  /** @throws KaiError `UNAVAILABLE` while the disk fails. */
  read<T>(process: Process, detail: string, run: () => Promise<T>): Promise<T> {
    return this.#queue('read', process, '', detail, run);
  }

  befall(kind: Trouble, forMs: number): void {
    this.#trouble = { kind, until: this.#world.time.now + forMs };
  }

  heal(): void {
    this.#trouble = undefined;
  }

  /** The process has died: decides what of the writes under way is there. */
  crash(): void {
    const group = this.#group;
    const chance = this.#chanceNow();
    const survivors = chance.below(group.length + 1);
    for (const operation of group.slice(0, survivors)) this.#apply(operation);
    const gone = group.length - survivors + this.#waiting.filter(({ kind }) => kind === 'write').length;
    if (group.length + gone > 0) {
      const torn = survivors < group.length && chance.happens(0.5) ? ', the next one is torn' : '';
      this.#world.record(
        this.#node,
        'disk',
        '',
        `${survivors} unsynced writes survive, ${gone} are gone${torn}`,
      );
    }
    this.#waiting = [];
    this.#group = [];
    this.#isBusy = false;
    this.#power += 1;
  }

  #queue<T>(
    kind: 'read' | 'write',
    process: Process,
    message: string,
    detail: string,
    run: () => Promise<T>,
  ): Promise<T> {
    if (!process.isAlive) return never();
    this.#world.crashPoint(process, kind);
    if (!process.isAlive) return never();
    return new Promise<T>((resolve) => {
      // Sound because an operation is settled with what its own run gave.
      const settle = (outcome: Promise<unknown>): void => resolve(outcome as Promise<T>);
      this.#waiting.push({ kind, process, message, detail, run, settle });
      this.#serve();
    });
  }

  #serve(): void {
    const [first] = this.#waiting;
    if (this.#isBusy || first === undefined) return;
    this.#isBusy = true;
    if (first.kind === 'read') this.#read(first);
    // Writes of the same moment go together.
    else this.#later(0, () => this.#beginGroup());
  }

  #read(operation: Operation): void {
    this.#waiting.shift();
    this.#later(this.#chanceNow().between(...READ_MS), () => {
      const refusal = this.#refusal('read');
      operation.settle(refusal === undefined ? operation.run() : Promise.reject(refusal));
      this.#next();
    });
  }

  #beginGroup(): void {
    const end = this.#waiting.findIndex(({ kind }) => kind === 'read');
    const count = Math.min(end < 0 ? this.#waiting.length : end, GROUP_MAX);
    this.#group = this.#waiting.splice(0, count);
    const isSlow = this.#currentTrouble() === 'slow';
    const chance = this.#chanceNow();
    const lasting = isSlow ? chance.between(...SLOW_SYNC_MS) : chance.between(...SYNC_MS);
    this.#later(lasting, () => this.#endGroup());
  }

  #endGroup(): void {
    const group = this.#group;
    this.#group = [];
    const refusal = this.#refusal('write');
    for (const operation of group) {
      const outcome = refusal === undefined ? this.#apply(operation) : rejected(refusal);
      this.#later(0, () => this.#acknowledge(operation, outcome, refusal));
    }
    this.#next();
  }

  #apply(operation: Operation): Promise<unknown> {
    const { process, message, detail } = operation;
    this.synced += 1;
    this.#world.record(process.node, 'synced', message, detail);
    const outcome = operation.run();
    // Nobody hears of it when the process dies before its acknowledgement.
    outcome.catch(() => {});
    return outcome;
  }

  #acknowledge(operation: Operation, outcome: Promise<unknown>, refusal: KaiError | undefined): void {
    const { process, message, detail } = operation;
    if (refusal === undefined) this.#world.crashPoint(process, 'synced');
    else this.#world.record(process.node, 'refused', message, `${detail}: ${refusal.message}`);
    if (process.isAlive) operation.settle(outcome);
  }

  #next(): void {
    this.#isBusy = false;
    this.#serve();
  }

  /** Runs it then, unless the power went meanwhile. */
  #later(delayMs: number, run: () => void): void {
    const power = this.#power;
    this.#world.time.after(delayMs, () => {
      if (power === this.#power) run();
    });
  }

  /** Drawn from the time, so that leaving out a message does not change how long the others take. */
  #chanceNow(): Stream {
    return this.#chance.stream(`disk of ${this.#node} at ${this.#world.time.now}`);
  }

  #currentTrouble(): Trouble | undefined {
    const trouble = this.#trouble;
    return trouble === undefined || trouble.until <= this.#world.time.now ? undefined : trouble.kind;
  }

  #refusal(kind: 'read' | 'write'): KaiError | undefined {
    const trouble = this.#currentTrouble();
    if (trouble === 'full' && kind === 'write') return new KaiError('UNAVAILABLE', 'the disk is full');
    if (trouble === 'failing') return new KaiError('UNAVAILABLE', `the disk fails at this ${kind}`);
    return undefined;
  }
}

function rejected(error: KaiError): Promise<never> {
  const outcome = Promise.reject(error);
  outcome.catch(() => {});
  return outcome;
}
