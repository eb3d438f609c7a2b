/**
 * Feeds the live trace: the newest entries first, a bounded number of them, followed only while somebody
 * looks. While paused, what arrives is counted and joined on resuming.
 *
 * A window asks the node for what it shows, and those questions are messages too. They are marked as this window's own
 * reads, so that they can be left out: what a person does here is not among them.
 */

import type { Answer, Link } from '../connection/link.ts';
import { nodeOf } from '../connection/node-of.ts';
import type { JournalEntry } from '../connection/wire.ts';
import { type Cell, cell } from '../state/cell.ts';

/** Live entries in memory; the journal on the node has the older ones. */
export const ENTRIES_MAX = 5_000;
/** Entries in memory when older ones were asked for. */
const ENTRIES_LOADED_MAX = 20_000;
const FIRST_LIMIT = 300;
const OLDER_LIMIT = 500;

/** An entry with a number of this window's own: one message has several entries, so its id is no key. */
export interface Row {
  readonly key: number;
  readonly entry: JournalEntry;
  /** Everything a filter looks at, in lower case. */
  readonly haystack: string;
  /** Whether this window asked it by itself, to have something to show. */
  readonly ownRead: boolean;
}

/** What a window asks by itself; a person's own questions have other intents. */
const OWN_READS =
  /^(node\..+|conversation\.(history|abilities)|documents\.status|notes\.list|reminders\.list)$/;

export interface Messages {
  readonly rows: Cell<readonly Row[]>;
  /** Entries that the node left out because more came than a window can take. */
  readonly missed: Cell<number>;
  readonly paused: Cell<boolean>;
  /** Whether this window's own reads are shown. */
  readonly ownReads: Cell<boolean>;
  /** Entries that wait while paused, of those that are shown. */
  readonly waiting: Cell<number>;
  /** Follows until the returned call. */
  watch(): () => void;
  pause(paused: boolean): void;
  /** Asks the journal for older entries that contain `text`; answers how many came. */
  older(text: string): Promise<Answer<number>>;
  trace(id: string): Promise<Answer<{ entries: readonly JournalEntry[] }>>;
}

export function openMessages(link: Link): Messages {
  const rows = cell<readonly Row[]>([]);
  const missed = cell(0);
  const paused = cell(false);
  const waiting = cell(0);
  const ownReads = cell(false);
  /** The addresses that this window has had: each connection may get another. */
  const own = new Set<string>();
  let held: Row[] = [];
  let limit = ENTRIES_MAX;
  let keys = 0;
  let watchers = 0;
  let following: AbortController | undefined;

  const toRow = (entry: JournalEntry): Row => {
    keys += 1;
    const { from, to, intent, outcome, note, trace, id } = entry;
    return {
      key: keys,
      entry,
      ownRead: (own.has(from) || own.has(to)) && OWN_READS.test(intent),
      haystack: `${intent} ${from} ${to} ${outcome} ${note} ${trace} ${id}`.toLowerCase(),
    };
  };

  function arrive(entries: readonly JournalEntry[]): void {
    const fresh = entries.map(toRow).reverse();
    if (paused.get()) {
      held = [...fresh, ...held].slice(0, ENTRIES_MAX);
      countWaiting();
    } else rows.update((all) => [...fresh, ...all].slice(0, limit));
  }

  function countWaiting(): void {
    waiting.set(held.filter(({ ownRead }) => ownReads.get() || !ownRead).length);
  }

  async function follow(): Promise<void> {
    const node = nodeOf(link);
    if (node === '' || watchers === 0 || following !== undefined) return;
    const mine = new AbortController();
    following = mine;
    void loadFirst(node);
    await link.ask({
      to: node,
      intent: 'node.trace.follow',
      signal: mine.signal,
      onChunk: ({ entries, missed: more }: { entries: JournalEntry[]; missed: number }) => {
        if (more > 0) missed.update((sum) => sum + more);
        arrive(entries);
      },
    });
  }

  async function loadFirst(node: string): Promise<void> {
    const answer = await link.ask<{ entries: readonly JournalEntry[] }>({
      to: node,
      intent: 'node.trace',
      payload: { limit: FIRST_LIMIT },
    });
    if (answer.kind === 'reply') rows.update((all) => joined(all, answer.payload.entries.map(toRow)));
  }

  function unfollow(): void {
    following?.abort();
    following = undefined;
  }

  async function older(text: string): Promise<Answer<number>> {
    const oldest = rows.get().at(-1);
    const answer = await link.ask<{ entries: readonly JournalEntry[] }>({
      to: nodeOf(link),
      intent: 'node.trace',
      payload: {
        limit: OLDER_LIMIT,
        ...(text === '' ? {} : { containing: text }),
        ...(oldest === undefined ? {} : { before: oldest.entry.at }),
      },
    });
    if (answer.kind === 'error') return answer;
    const { entries } = answer.payload;
    limit = Math.min(ENTRIES_LOADED_MAX, Math.max(limit, rows.get().length + entries.length));
    rows.update((all) => [...all, ...entries.map(toRow)].slice(0, limit));
    return { ...answer, payload: entries.length };
  }

  ownReads.watch(countWaiting);
  link.onOpen(({ client }, signal) => {
    own.add(client);
    signal.addEventListener('abort', unfollow);
    void follow();
  });

  return {
    rows,
    missed,
    paused,
    ownReads,
    waiting,
    older,
    watch() {
      watchers += 1;
      void follow();
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        unfollow();
        limit = ENTRIES_MAX;
      };
    },
    pause(next) {
      paused.set(next);
      if (next) return;
      rows.update((all) => [...held, ...all].slice(0, limit));
      held = [];
      countWaiting();
    },
    trace: (trace) => link.ask({ to: nodeOf(link), intent: 'node.trace.show', payload: { trace } }),
  };
}

/** Live entries and those from the journal, without doubles, newest first. */
function joined(live: readonly Row[], journal: readonly Row[]): readonly Row[] {
  const known = new Set(live.map(identity));
  const all = [...live, ...journal.filter((row) => !known.has(identity(row)))];
  return all.sort((one, other) => other.entry.at - one.entry.at).slice(0, ENTRIES_MAX);
}

function identity({ entry }: Row): string {
  return `${entry.id} ${entry.outcome} ${entry.at}`;
}
