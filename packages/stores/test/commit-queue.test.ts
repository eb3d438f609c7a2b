/** How commits travel to the disk: together, in order, bounded. */

import type { Clock, Commit } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import type { EncodedCommit } from '../src/records/encoded-commit.ts';
import {
  CHARS_WAITING_MAX,
  COMMITS_WAITING_MAX,
  CommitQueue,
  JOURNAL_DELAY_MS,
} from '../src/sqlite/commit-queue.ts';
import type { FailedCommit } from '../src/sqlite/commit-writer.ts';
import { entry } from './journal-entry.ts';

describe('a commit queue', () => {
  it('writes commits of one turn as one batch, and those of a write as the next', async () => {
    const disk = new HeldDisk();
    const queue = new CommitQueue(disk.write, new HeldClock());
    const first = [queue.add(state('a')), queue.add(state('b'))];
    await turn();
    expect(disk.batches).toEqual([['a', 'b']]);
    const second = [queue.add(state('c')), queue.add(state('d')), queue.add(state('e'))];
    await turn();
    expect(disk.batches).toHaveLength(1);
    disk.finish();
    await Promise.all(first);
    await turn();
    expect(disk.batches).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    disk.finish();
    await Promise.all(second);
  });

  it('lets journal entries wait for company, no longer than their delay', async () => {
    const disk = new HeldDisk();
    const clock = new HeldClock();
    const queue = new CommitQueue(disk.write, clock);
    const waiting = [queue.add({ journal: [entry(1)] }), queue.add({ journal: [entry(2), entry(3)] })];
    await turn();
    expect(disk.batches).toEqual([]);
    expect(clock.delays).toEqual([JOURNAL_DELAY_MS]);
    clock.wake();
    expect(disk.batches).toEqual([['3 entries']]);
    disk.finish();
    await Promise.all(waiting);
  });

  it('takes journal entries along, in order, with a commit that somebody waits for', async () => {
    const disk = new HeldDisk();
    const clock = new HeldClock();
    const queue = new CommitQueue(disk.write, clock);
    const all = [
      queue.add({ journal: [entry(1)] }),
      queue.add(state('a')),
      queue.add({ journal: [entry(2)] }),
    ];
    await turn();
    expect(disk.batches).toEqual([['1 entries', 'a', '1 entries']]);
    expect(clock.delays).toEqual([]);
    disk.finish();
    await Promise.all(all);
  });

  it('refuses what its disk refused, and only that', async () => {
    const disk = new HeldDisk();
    const queue = new CommitQueue(disk.write, new HeldClock());
    const [a, b, c] = [queue.add(state('a')), queue.add(state('b')), queue.add(state('c'))];
    await turn();
    disk.finish([{ place: 1, refusal: { code: 'UNAVAILABLE', message: 'the disk is full' } }]);
    await Promise.all([a, c]);
    await expect(b).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'the disk is full' });
  });

  it('refuses more commits than it may hold, and takes them again once the disk has caught up', async () => {
    const disk = new HeldDisk();
    const queue = new CommitQueue(disk.write, new HeldClock());
    const accepted = Array.from({ length: COMMITS_WAITING_MAX }, () => queue.add({ journal: [] }));
    await expect(queue.add(state('a'))).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
    const drained = queue.drained();
    disk.finish();
    await drained;
    await Promise.all(accepted);
    const later = queue.add(state('a'));
    await turn();
    disk.finish();
    await later;
  });

  it('refuses more text than it may hold', async () => {
    const disk = new HeldDisk();
    const queue = new CommitQueue(disk.write, new HeldClock());
    const large = { state: [{ agent: 'a', key: 'k', value: 'x'.repeat(CHARS_WAITING_MAX / 8) }] };
    const accepted = Array.from({ length: 8 }, () => queue.add(large));
    await expect(queue.add(state('b'))).rejects.toMatchObject({ code: 'OVERLOADED' });
    await turn();
    disk.finish();
    await Promise.all(accepted);
  });
});

/** A disk that writes when it is told to. Notes what each batch holds: a key, or a number of entries. */
class HeldDisk {
  readonly batches: string[][] = [];
  readonly #open: ((failed: readonly FailedCommit[]) => void)[] = [];

  readonly write = (commits: readonly EncodedCommit[]): Promise<readonly FailedCommit[]> => {
    this.batches.push(
      commits.map(({ state: [, key], journal }) => String(key ?? `${journal.length / 3} entries`)),
    );
    return new Promise((resolve) => this.#open.push(resolve));
  };

  finish(failed: readonly FailedCommit[] = []): void {
    this.#open.shift()?.(failed);
  }
}

/** A clock that stands still until its timers are woken. */
class HeldClock implements Clock {
  readonly #timers = new Map<() => void, number>();

  get delays(): number[] {
    return [...this.#timers.values()];
  }

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  after(delayMs: number, wake: () => void) {
    this.#timers.set(wake, delayMs);
    return { cancel: () => void this.#timers.delete(wake) };
  }

  yield(run: () => void): void {
    run();
  }

  wake(): void {
    for (const wake of [...this.#timers.keys()]) {
      this.#timers.delete(wake);
      wake();
    }
  }
}

function state(key: string): Commit {
  return { state: [{ agent: 'a', key, value: 1 }] };
}

/** Lets everything that was asked for in this turn happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
