/**
 * Gathers commits into batches for the database's thread (group commit).
 *
 * While a batch is being written, what is handed over waits and travels together as the next one. Commits that
 * hold journal entries alone wait a little longer and share one promise, because journaling every message must
 * cost the node next to nothing. Order is kept: a commit with more than journal entries takes along what waits
 * before it. Beyond the limits below a commit is refused with `OVERLOADED`, and nothing of it happens.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Commit, Timer } from '@kai/runtime/ports';
import { encodeCommit, encodeEntries } from '../records/encode-commit.ts';
import { charsOf, charsOfList, type EncodedCommit, emptyCommit } from '../records/encoded-commit.ts';
import type { FailedCommit } from './commit-writer.ts';

/** Commits accepted but not yet on disk; journal entries of one commit count as one. */
export const COMMITS_WAITING_MAX = 100_000;
/** Characters of records accepted but not yet on disk. One commit may exceed it when nothing else waits. */
export const CHARS_WAITING_MAX = 64 * 1024 * 1024;
/** How long journal entries may wait for company, in milliseconds. */
export const JOURNAL_DELAY_MS = 20;
/** Characters of records after which a batch does not wait for more. */
const BATCH_CHARS = 512 * 1024;
/** Batches handed to the thread at a time: one being written, one ready. */
const BATCHES_UNDER_WAY_MAX = 2;

/** Writes one batch and returns which of its commits failed. Rejects when the thread is gone. */
export type WriteBatch = (commits: readonly EncodedCommit[]) => Promise<readonly FailedCommit[]>;

interface Entry {
  readonly commit: EncodedCommit;
  readonly settled: PromiseWithResolvers<void>;
}

interface Batch {
  readonly entries: Entry[];
  commits: number;
  chars: number;
  /** Whether somebody waits for more than journal entries. */
  urgent: boolean;
}

export class CommitQueue {
  readonly #write: WriteBatch;
  readonly #clock: Clock;
  #batch: Batch = emptyBatch();
  /** The last commit of the batch, when journal entries may still join it. */
  #journal: Entry | undefined;
  #timer: Timer | undefined;
  #turnAsked = false;
  #underWay = 0;
  #commitsUnderWay = 0;
  #charsUnderWay = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(write: WriteBatch, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Resolves once the commit is on disk. */
  add(commit: Commit): Promise<void> {
    if (this.#isFull()) {
      return Promise.reject(
        new KaiError('OVERLOADED', 'the store takes no more until the disk has written what waits'),
      );
    }
    try {
      return holdsJournalOnly(commit) ? this.#addJournal(commit) : this.#addWhole(commit);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Hands everything that waits to the thread: what is asked of it afterwards sees all of it. */
  flush(): void {
    if (this.#batch.entries.length > 0) this.#post();
  }

  /** Resolves when everything accepted so far was written or refused. */
  async drained(): Promise<void> {
    this.flush();
    await this.#written;
  }

  #addJournal({ journal = [] }: Commit): Promise<void> {
    const encoded = encodeEntries(journal);
    this.#journal ??= this.#append(emptyCommit());
    for (const part of encoded) this.#journal.commit.journal.push(part);
    this.#batch.chars += charsOfList(encoded);
    this.#batch.commits += 1;
    const { promise } = this.#journal.settled;
    if (this.#batch.chars >= BATCH_CHARS) this.#pump();
    else this.#timer ??= this.#clock.after(JOURNAL_DELAY_MS, () => this.#endDelay());
    return promise;
  }

  #addWhole(commit: Commit): Promise<void> {
    const encoded = encodeCommit(commit);
    const entry = this.#append(encoded);
    this.#journal = undefined;
    this.#batch.chars += charsOf(encoded);
    this.#batch.commits += 1;
    this.#batch.urgent = true;
    this.#askTurn();
    return entry.settled.promise;
  }

  #append(commit: EncodedCommit): Entry {
    const entry = { commit, settled: Promise.withResolvers<void>() };
    this.#batch.entries.push(entry);
    return entry;
  }

  /** Commits of one turn of the event loop's microtasks travel together. */
  #askTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    queueMicrotask(() => {
      this.#turnAsked = false;
      this.#pump();
    });
  }

  #endDelay(): void {
    this.#timer = undefined;
    this.#batch.urgent = true;
    this.#pump();
  }

  #pump(): void {
    const { entries, chars, urgent } = this.#batch;
    if (entries.length === 0 || this.#underWay >= BATCHES_UNDER_WAY_MAX) return;
    if (chars >= BATCH_CHARS || (urgent && this.#underWay === 0)) this.#post();
  }

  #post(): void {
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#journal = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#underWay += 1;
    this.#commitsUnderWay += batch.commits;
    this.#charsUnderWay += batch.chars;
    this.#written = this.#settle(batch);
  }

  async #settle(batch: Batch): Promise<void> {
    try {
      const failed = await this.#write(batch.entries.map(({ commit }) => commit));
      for (const { place, refusal } of failed) {
        batch.entries[place]?.settled.reject(new KaiError(refusal.code, refusal.message));
      }
      for (const { settled } of batch.entries) settled.resolve();
    } catch (error) {
      for (const { settled } of batch.entries) settled.reject(error);
    }
    this.#underWay -= 1;
    this.#commitsUnderWay -= batch.commits;
    this.#charsUnderWay -= batch.chars;
    this.#pump();
  }

  #isFull(): boolean {
    return (
      this.#commitsUnderWay + this.#batch.commits >= COMMITS_WAITING_MAX ||
      this.#charsUnderWay + this.#batch.chars >= CHARS_WAITING_MAX
    );
  }
}

function emptyBatch(): Batch {
  return { entries: [], commits: 0, chars: 0, urgent: false };
}

function holdsJournalOnly({ journal: _, ...others }: Commit): boolean {
  return Object.values(others).every((list) => list === undefined || list.length === 0);
}
