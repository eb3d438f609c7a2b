/**
 * What every store must do, whatever it writes to. An adapter hands in a medium: what outlives a store, so that
 * the suite can close one and open the next.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import type { Commit, JournalEntry, Store, TimerRecord } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { durableMessagesContract } from './durable-messages-contract.ts';

/** Something that stores write to, one after the other. Disposing of it removes it. */
export interface StoreMedium extends AsyncDisposable {
  open(): Promise<Store>;
}

const AGENT = 'kai://alice.hub.notes';

/** How much history a medium keeps at most; settlements no longer than seven days. */
export interface KeptHistory {
  readonly journal: number;
  readonly dead: number;
  readonly settlements: number;
}

/** Runs the contract against the adapter `name`; `create` makes an empty medium that keeps at most this history. */
export function storeContract(name: string, create: (kept: KeptHistory) => Promise<StoreMedium>): void {
  const medium = () => create({ journal: 1_000, dead: 100, settlements: 1_000 });

  durableMessagesContract(name, create);

  describe(`${name} keeps the contract of a store`, () => {
    it('keeps state across closing and opening', async () => {
      await using disk = await medium();
      await withStore(disk, (store) =>
        store.commit(stateCommit({ a: 1, b: { deep: [null, 'ü'] }, c: true })),
      );
      await withStore(disk, async (store) => {
        expect((await store.loadAgent(AGENT)).state).toEqual(
          new Map(entriesOf({ a: 1, b: { deep: [null, 'ü'] }, c: true })),
        );
        expect((await store.loadAgent('kai://alice.hub.other')).state).toEqual(new Map());
      });
    });

    it('replaces and removes single keys, of one agent only', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit(stateCommit({ a: 1, b: 2 }));
      await store.commit({ state: [{ agent: 'kai://alice.hub.other', key: 'a', value: 'theirs' }] });
      await store.commit({
        state: [
          { agent: AGENT, key: 'a', value: undefined },
          { agent: AGENT, key: 'b', value: 3 },
        ],
      });
      expect((await store.loadAgent(AGENT)).state).toEqual(new Map([['b', 3]]));
      expect((await store.loadAgent('kai://alice.hub.other')).state).toEqual(new Map([['a', 'theirs']]));
    });

    it('gives commits effect in the order in which they were handed over', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const commits = Array.from({ length: 50 }, (_, n) =>
        store.commit(stateCommit({ last: n, [`k${n}`]: n })),
      );
      const seen = (await store.loadAgent(AGENT)).state;
      expect(seen.get('last')).toBe(49);
      expect(seen.size).toBe(51);
      await Promise.all(commits);
    });

    it('gives nothing of a commit effect when a part of it cannot be kept', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const cyclic: { self?: unknown } = {};
      cyclic.self = cyclic;
      const before = store.commit(stateCommit({ before: 1 }));
      const bad = store.commit(stateCommit({ good: 1, bad: cyclic as JsonValue }));
      const after = store.commit(stateCommit({ after: 1 }));
      await expect(bad).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
      await Promise.all([before, after]);
      expect((await store.loadAgent(AGENT)).state).toEqual(new Map(entriesOf({ before: 1, after: 1 })));
    });

    it.each<[string, Commit]>([
      ['a name that is no Unicode text', { state: [{ agent: AGENT, key: 'half \ud800', value: 1 }] }],
      ['a name that is too long', { timers: [timer('x'.repeat(2_000), 1)] }],
      ['a timer without a time', { timers: [timer('never', Number.NaN)] }],
      ['a journal entry without a time', { journal: [entry(Number.NaN)] }],
    ])('refuses %s', async (_, commit) => {
      await using disk = await medium();
      await using store = await disk.open();
      const mates = [store.commit({ journal: [entry(1)] }), store.commit({ journal: [entry(2)] })];
      await expect(store.commit(commit)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD', retryable: false });
      await Promise.all(mates);
      expect(await store.inspect()).toMatchObject({ state: 0, timers: 0, journal: 2 });
    });

    it('keeps values as they were when they were committed', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const value = { list: [1] };
      const committed = store.commit(stateCommit({ value }));
      value.list.push(2);
      await committed;
      const loaded = (await store.loadAgent(AGENT)).state;
      expect(loaded.get('value')).toEqual({ list: [1] });
      (loaded.get('value') as { list: number[] }).list.push(3);
      expect((await store.loadAgent(AGENT)).state.get('value')).toEqual({ list: [1] });
    });

    it('keeps timers until they are cancelled, soonest first', async () => {
      await using disk = await medium();
      await withStore(disk, async (store) => {
        await store.commit({ timers: [timer('late', 300), timer('soon', 100), timer('gone', 50)] });
        await store.commit({ timers: [{ agent: AGENT, name: 'gone', due: undefined }, timer('late', 200)] });
      });
      await withStore(disk, async (store) => {
        expect(await store.loadTimers()).toEqual([timer('soon', 100), timer('late', 200)]);
      });
    });

    it('raises the incarnation at every start', async () => {
      await using disk = await medium();
      expect(await withStore(disk, (store) => store.incarnate())).toBe(1);
      expect(await withStore(disk, (store) => store.incarnate())).toBe(2);
      expect(await withStore(disk, (store) => store.incarnate())).toBe(3);
    });

    it('gives journal entries back whole, newest first', async () => {
      await using disk = await medium();
      const written = [entry(1, { re: undefined }), entry(2, { payload: '{"text":"„ü“ \\n' }), entry(3)];
      await withStore(disk, (store) => store.commit({ journal: written }));
      await withStore(disk, async (store) => {
        expect(await store.readJournal({ limit: 10 })).toEqual(written.toReversed());
        expect(await store.readJournal({ limit: 2 })).toEqual([entry(3), written[1]]);
        expect(await store.readJournal({ limit: 0 })).toEqual([]);
      });
    });

    it('pages through the journal by time', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await Promise.all([5, 1, 4, 2, 3].map((at) => store.commit({ journal: [entry(at)] })));
      const first = await store.readJournal({ limit: 2 });
      const second = await store.readJournal({ limit: 2, before: first.at(-1)?.at ?? 0 });
      expect([...first, ...second].map(({ at }) => at)).toEqual([5, 4, 3, 2]);
    });

    it('pages exactly through entries of one millisecond', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const trace = '0af7651916cd43dd8448eb211c80319c';
      const written = Array.from({ length: 25 }, (_, n) =>
        entry(n < 3 ? 1 : 2, {
          id: `id-${Math.floor(n / 2)}`,
          outcome: n % 2 ? 'replied' : 'admitted',
          trace,
        }),
      );
      await store.commit({ journal: written });
      for (const containing of [undefined, 'notes', trace]) {
        const seen: JournalEntry[] = [];
        let page: readonly JournalEntry[];
        do {
          const past = seen.at(-1);
          page = await store.readJournal({
            limit: 4,
            ...(containing === undefined ? {} : { containing }),
            ...(past === undefined ? {} : { past }),
          });
          seen.push(...page);
        } while (page.length > 0);
        expect(seen).toEqual(written.toReversed());
      }
    });

    it('goes on with what is older when the entry that a page ended with is gone', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ journal: [entry(1), entry(2), entry(3)] });
      const past = { at: 3, id: 'gone', outcome: 'admitted' } as const;
      expect((await store.readJournal({ limit: 9, past })).map(({ at }) => at)).toEqual([2, 1]);
    });

    it('finds journal entries by address, intent, trace and id, not by payload', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({
        journal: [
          entry(1, { from: 'kai://bob.phone.camera' }),
          entry(2, { intent: 'bob.greet' }),
          entry(3, { payload: '{"who":"bob"}', note: 'bob' }),
          entry(4, { re: 'id-bob' }),
          entry(5, { to: 'tasks:say.%_"\\bob' }),
        ],
      });
      const found = async (containing: string) =>
        (await store.readJournal({ limit: 9, containing })).map(({ at }) => at);
      expect(await found('bob')).toEqual([5, 4, 2, 1]);
      expect(await found('bob.')).toEqual([2, 1]);
      expect(await found('%_"\\')).toEqual([5]);
      expect(await found('id-3')).toEqual([3]);
      expect(await found('nobody')).toEqual([]);
      expect(
        (await store.readJournal({ limit: 1, containing: 'bob', before: 4 })).map(({ at }) => at),
      ).toEqual([2]);
    });

    it('finds the entries of one trace', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const trace = '0af7651916cd43dd8448eb211c80319c';
      await store.commit({ journal: [entry(1, { trace }), entry(2), entry(3, { trace }), entry(4)] });
      const entries = await store.readJournal({ limit: 9, containing: trace });
      expect(entries.map(({ at }) => at)).toEqual([3, 1]);
      expect(await store.readJournal({ limit: 9, containing: trace, before: 3 })).toHaveLength(1);
      expect(await store.readJournal({ limit: 9, containing: trace, before: 1 })).toEqual([]);
    });

    it('bounds the journal and the dead letters, dropping the oldest', async () => {
      await using disk = await create({ journal: 500, dead: 20, settlements: 20 });
      await using store = await disk.open();
      for (let n = 0; n < 40; n += 1) {
        await store.commit({
          journal: Array.from({ length: 50 }, (_, k) => entry(n * 50 + k)),
          dead: Array.from({ length: 10 }, (_, k) => letter(n * 10 + k)),
        });
      }
      const { journal, dead } = await store.inspect();
      expect(journal).toBeGreaterThanOrEqual(500);
      expect(journal).toBeLessThan(1_000);
      expect(dead).toBeGreaterThanOrEqual(20);
      expect(dead).toBeLessThan(300);
      expect((await store.readJournal({ limit: 1 }))[0]?.at).toBe(1_999);
    });

    it('keeps dead letters whole, newest first', async () => {
      await using disk = await medium();
      await withStore(disk, (store) => store.commit({ dead: [letter(1), letter(2)] }));
      await withStore(disk, async (store) => {
        expect(await store.readDead(5)).toEqual([letter(2), letter(1)]);
        expect(await store.readDead(1)).toEqual([letter(2)]);
      });
    });

    it('removes dead letters that are raised, by their ids', async () => {
      await using disk = await medium();
      await withStore(disk, async (store) => {
        await store.commit({ dead: [letter(1), letter(2), letter(3), letter(1)] });
        await store.commit({ raised: ['id-1', 'id-9'] });
        expect(await store.readDead(9)).toEqual([letter(3), letter(2)]);
        await store.commit({ raised: ['id-2'], dead: [{ ...letter(2), at: 4 }] });
      });
      await withStore(disk, async (store) => {
        expect(await store.readDead(9)).toEqual([{ ...letter(2), at: 4 }, letter(3)]);
      });
    });

    it('keeps the newest dead letters although others were raised', async () => {
      await using disk = await create({ journal: 10, dead: 10, settlements: 10 });
      await using store = await disk.open();
      await store.commit({ dead: [letter(0)] });
      for (let n = 1; n <= 200; n += 1) await store.commit({ dead: [letter(n)], raised: [`id-${n - 1}`] });
      await store.commit({ dead: [letter(201)] });
      expect(await store.readDead(9)).toEqual([letter(201), letter(200)]);
    });

    it('counts what it keeps and finds nothing wrong with it', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.incarnate();
      await store.commit({
        ...stateCommit({ a: 1, b: 2 }),
        timers: [timer('one', 1)],
        journal: [entry(1), entry(2), entry(3)],
        dead: [letter(1)],
      });
      expect(await store.inspect()).toMatchObject({ state: 2, timers: 1, journal: 3, dead: 1, problems: [] });
    });

    it('takes an empty commit', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({});
      await store.commit({ state: [], journal: [] });
      expect(await store.inspect()).toMatchObject({ state: 0, journal: 0 });
    });

    it('writes what was accepted before it closes, and nothing afterwards', async () => {
      await using disk = await medium();
      const store = await disk.open();
      const accepted = [
        store.commit({ journal: [entry(1)] }),
        store.commit(stateCommit({ a: 1 })),
        store.commit({ journal: [entry(2)] }),
      ];
      await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
      await Promise.all(accepted);
      await expect(store.commit(stateCommit({ b: 1 }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(store.loadAgent(AGENT)).rejects.toThrow(KaiError);
      await expect(store.readJournal({ limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await withStore(disk, async (next) => {
        expect(await next.inspect()).toMatchObject({ state: 1, journal: 2 });
      });
    });

    it('refuses a second store on the same medium while one is open', async () => {
      await using disk = await medium();
      await using first = await disk.open();
      await expect(disk.open()).rejects.toMatchObject({ code: 'CONFLICT' });
      await first.commit(stateCommit({ a: 1 }));
      expect((await first.loadAgent(AGENT)).state.get('a')).toBe(1);
    });
  });
}

/** A journal entry for tests; every field that is not given follows from `at`. */
function entry(at: number, fields: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at,
    outcome: 'admitted',
    id: `id-${at}`,
    kind: 'request',
    from: 'kai://alice.hub.kai-core',
    to: AGENT,
    intent: 'notes.add',
    priority: 'normal',
    re: `re-${at}`,
    trace: `trace-${at}`,
    note: 'default',
    tookMs: at / 2,
    payload: `{"n":${at}}`,
    ...fields,
  };
}

async function withStore<T>(medium: StoreMedium, use: (store: Store) => Promise<T>): Promise<T> {
  await using store = await medium.open();
  return await use(store);
}

function stateCommit(values: Record<string, JsonValue>): Commit {
  return { state: Object.entries(values).map(([key, value]) => ({ agent: AGENT, key, value })) };
}

function entriesOf(values: Record<string, JsonValue>): [string, JsonValue][] {
  return Object.entries(values);
}

function timer(name: string, due: number): TimerRecord {
  return { agent: AGENT, name, due, intent: 'notes.remind', payload: { name } };
}

function letter(at: number) {
  return { at, id: `id-${at}`, code: 'UNREACHABLE', reason: 'nobody home', message: `{"n":${at}}` } as const;
}
