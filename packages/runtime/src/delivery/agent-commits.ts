/**
 * The commits of one agent: one on its way to the disk at a time, and what was finished meanwhile together in the next.
 *
 * So an agent goes on with its next message while the last one is being written, one write serves all that were
 * finished meanwhile, and when a write fails all that came after it, and may rest on it, fail too.
 */

import type { Commit, Store } from '../ports/index.ts';

interface Waiting {
  /** Nothing for what only waits for those before it. */
  readonly commit: Commit | undefined;
  readonly kept: () => void;
  readonly refused: (error: unknown) => void;
}

/** Commits that travel together: bounds one transaction. */
const TOGETHER_MAX = 1024;

export class AgentCommits {
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #whenIdle: (() => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get isIdle(): boolean {
    return !this.#isWriting;
  }

  /**
   * Calls `kept` once it is on disk, or `refused` when the disk refuses it or one before it: in the order of the
   * calls when kept, in the reverse order when refused, so that each can undo what it did.
   */
  commit(commit: Commit, kept: () => void, refused: (error: unknown) => void): void {
    this.#waiting.push({ commit, kept, refused });
    if (!this.#isWriting) void this.#write();
  }

  /** Runs after everything so far is on disk: at once when nothing is on its way. */
  afterwards(run: () => void, refused: (error: unknown) => void): void {
    if (this.isIdle) run();
    else this.#waiting.push({ commit: undefined, kept: run, refused });
  }

  /** Resolves once nothing is on its way. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, TOGETHER_MAX);
      try {
        const commits = together.map(({ commit }) => commit).filter((commit) => commit !== undefined);
        if (commits.length > 0) await this.#store.commit(merged(commits));
      } catch (error) {
        this.#refuse(together, error);
        continue;
      }
      for (const { kept } of together) kept();
    }
    this.#isWriting = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #refuse(together: readonly Waiting[], error: unknown): void {
    const all = [...together, ...this.#waiting.splice(0)];
    for (const { refused } of all.reverse()) refused(error);
  }
}

function merged(commits: readonly Commit[]): Commit {
  const [only] = commits;
  if (only !== undefined && commits.length === 1) return only;
  return {
    state: commits.flatMap(({ state = [] }) => state),
    timers: commits.flatMap(({ timers = [] }) => timers),
    journal: commits.flatMap(({ journal = [] }) => journal),
    dead: commits.flatMap(({ dead = [] }) => dead),
    accepted: commits.flatMap(({ accepted = [] }) => accepted),
    settled: commits.flatMap(({ settled = [] }) => settled),
    steps: commits.flatMap(({ steps = [] }) => steps),
  };
}
