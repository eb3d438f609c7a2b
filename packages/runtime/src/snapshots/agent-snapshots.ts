/**
 * Capturing agents and giving them back what they were: the primitives `snapshot` and `rollback` (protocol §3).
 *
 * A rollback gives back state and timers. The inbox stays that of now: a message that is unfinished now is handled on the
 * restored state, and one that was finished since the snapshot is not handled again, although what it changed is undone;
 * its sender has had its answer, and would get the same again.
 */

import { KaiError } from '@kai/protocol';
import type { Cell } from '../agents/cell.ts';
import type { Clock, Log, SnapshotEntry, Snapshots } from '../ports/index.ts';
import { Archive, type Captured } from './archive.ts';
import { keepChanged } from './auto-snapshots.ts';
import type { Bundle } from './bundle.ts';
import { capture } from './capture.ts';
import { type Difference, difference } from './difference.ts';
import { lineageOf } from './lineage.ts';
import { restoringCommit } from './restoring-commit.ts';
import { KEEP_DEFAULT } from './retention.ts';
import { Stillness } from './stillness.ts';

/** Who asked for it, and whether that one still waits. */
export interface Asked {
  /** The id of the message. */
  readonly id: string;
  readonly signal: AbortSignal;
}

export interface RolledBack {
  /** The snapshot that holds what was replaced. */
  readonly replaced: SnapshotEntry;
  readonly difference: Difference;
  /** Whether the agent runs; when it does not, its supervision goes on with it. */
  readonly isAwake: boolean;
}

export interface Rehearsed {
  readonly difference: Difference;
  /** Why a rollback would be refused, if it would. */
  readonly refusal: KaiError | undefined;
}

export class AgentSnapshots {
  readonly #archive: Archive | undefined;
  readonly #still = new Stillness();

  /** Without `snapshots` everything is refused. */
  constructor(snapshots: Snapshots | undefined, clock: Clock, log: Log) {
    this.#archive = snapshots && new Archive({ snapshots, clock, log });
  }

  /** Whether this node keeps snapshots. */
  get isKept(): boolean {
    return this.#archive !== undefined;
  }

  /** @throws KaiError `UNAVAILABLE` when this node keeps none. */
  get archive(): Archive {
    if (this.#archive !== undefined) return this.#archive;
    throw new KaiError(
      'UNAVAILABLE',
      'this node keeps no snapshots: it was started without a place for them',
    );
  }

  /** Captures the agent at one point between its messages. @throws KaiError `UNAVAILABLE` when there is none in time. */
  take(cell: Cell, note: string, asked: Asked): Promise<SnapshotEntry> {
    const { archive } = this;
    return this.#captured(cell, asked.id, asked.signal, (captured) =>
      archive.keep(captured, { kind: 'manual', note, keep: keepOf(cell) }),
    );
  }

  /** As {@link take}, of its own accord, if something has changed since the last one. */
  takeChanged(cell: Cell, signal: AbortSignal): Promise<SnapshotEntry | undefined> {
    return this.#captured(cell, undefined, signal, (captured) => keepChanged(cell, this, captured, ''));
  }

  /** What the agent keeps now, beside a snapshot. */
  async compare(cell: Cell, bundle: Bundle, asked: Asked): Promise<Difference> {
    const now = await this.#still.between(cell, asked.signal, () => capture(cell, asked.id));
    return difference(bundle, now);
  }

  /** What a rollback would do. Changes nothing. @throws KaiError when the snapshot cannot be read at all. */
  async rehearse(cell: Cell, to: string, asked: Asked): Promise<Rehearsed> {
    const bundle = await this.archive.read(to);
    const refusal = await this.#refusal(cell, to, bundle);
    const now = await this.#still.between(cell, asked.signal, () => capture(cell, asked.id));
    return { difference: difference(now, bundle), refusal };
  }

  /**
   * Gives the agent back the state and timers of a snapshot, in place, and keeps a snapshot of what it replaces.
   *
   * @throws KaiError `CONFLICT` when the snapshot, its lineage or its agent are not right, `UNAVAILABLE` when the agent
   * does not come to rest in time or the disk refuses; then nothing has changed.
   */
  rollBack(cell: Cell, to: string, asked: Asked): Promise<RolledBack> {
    const { archive } = this;
    return this.#still.between(cell, asked.signal, async () => {
      const bundle = await archive.read(to);
      const refusal = await this.#refusal(cell, to, bundle);
      if (refusal !== undefined) throw refusal;
      // One that was given up may have been woken while this was looked at.
      if (!isAtRest(cell)) throw awoken(cell);
      let replaced: Omit<RolledBack, 'isAwake'> | undefined;
      await cell.renew(async () => {
        replaced = await replace(archive, cell, to, bundle, asked);
      });
      if (replaced === undefined) throw awoken(cell);
      return { ...replaced, isAwake: cell.phase === 'awake' };
    });
  }

  /** The agent goes on while what was captured is kept; the next capture waits. */
  #captured<T>(
    cell: Cell,
    except: string | undefined,
    signal: AbortSignal,
    keep: (captured: Captured) => Promise<T>,
  ): Promise<T> {
    return this.#still.between(cell, signal, async (goOn) => {
      const { phase } = cell;
      const captured = await capture(cell, except);
      if (cell.phase !== phase) throw awoken(cell);
      goOn();
      return keep(captured);
    });
  }

  async #refusal(cell: Cell, to: string, { agent }: Bundle): Promise<KaiError | undefined> {
    const at = cell.address.text;
    if (agent !== at) return new KaiError('CONFLICT', `snapshot ${to} is of ${agent}, not of ${at}`, { at });
    const lineage = await lineageOf(this.archive, agent, to);
    if (lineage.kind === 'whole') return undefined;
    return new KaiError('CONFLICT', `the lineage of ${to} does not hold: ${lineage.why}`, { at });
  }
}

/** Snapshots of each kind that are kept of an agent. */
export function keepOf({ compiled }: Cell): number {
  return compiled.definition.snapshots?.keep ?? KEEP_DEFAULT;
}

/** Keeps what is there, and puts what was in its place. The agent has stopped. */
async function replace(
  archive: Archive,
  cell: Cell,
  to: string,
  bundle: Bundle,
  asked: Asked,
): Promise<Omit<RolledBack, 'isAwake'>> {
  const { store, alarms } = cell.surroundings;
  const now = await capture(cell, asked.id);
  const note = `before the rollback to ${to}`;
  const replaced = await archive.keep(now, { kind: 'rollback', note, keep: keepOf(cell) });
  if (cell.phase !== 'waking') throw awoken(cell);
  const commit = restoringCommit(now, bundle);
  await store.commit(commit);
  const timers = alarms.of(now.agent);
  timers.clear();
  for (const timer of bundle.timers) timers.set(timer.name, { ...timer, agent: now.agent });
  // The timers of an agent that has gone wait for its return.
  if (!hasGone(cell)) alarms.changed(commit.timers);
  cell.dropTimers(new KaiError('CANCELLED', 'the agent was rolled back; its timers are others now'));
  return { replaced, difference: difference(now, bundle) };
}

function isAtRest({ phase }: Cell): boolean {
  return phase === 'still' || phase === 'failed';
}

function hasGone({ phase }: Cell): boolean {
  return phase === 'gone';
}

function awoken({ address, phase }: Cell): KaiError {
  return new KaiError('UNAVAILABLE', `${address.text} is ${phase} by now; try again`, { at: address.text });
}
