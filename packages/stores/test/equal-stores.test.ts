/** Law: whatever is committed in whatever order, memory and disk keep the same, also after they were reopened. */

import type { JsonValue } from '@kai/protocol';
import { type Commit, type JournalEntry, type Store, silentLog } from '@kai/runtime/ports';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEMORY_RETENTION_DEFAULT, MemoryDisk, openMemoryStore } from '../src/memory/index.ts';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { entry } from './journal-entry.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AGENTS = ['kai://a.b.one', 'kai://a.b.two'];

const agent = fc.constantFrom(...AGENTS);
const key = fc.constantFrom('', 'k', 'K', 'ключ', 'nul\u0000byte', '__proto__');
const value = fc.oneof(fc.constant(undefined), fc.jsonValue().map(toJson));
const due = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });

/** Few ids, so that messages are accepted, settled and stepped through again and again. */
const IDS = ['1', '2', 'ü'];
const SENDERS = ['kai://b.c.sender', 'kai://c.d.sender'];
const id = fc.constantFrom(...IDS);
const from = fc.constantFrom(...SENDERS);
const text = fc.constantFrom('{"n":1}', '"ü\u0000"', 'null');
const inboxRecord = fc.record({ agent, id, from, message: text });
const outcome = fc.constantFrom('replied' as const, 'failed' as const);
const settlement = fc.record({ agent, id, from, at: fc.integer({ min: 0, max: 50 }), outcome, answer: text });
const stepRecord = fc.record({
  agent,
  message: id,
  position: fc.nat(3),
  name: text,
  digest: text,
  result: text,
});

const commit: fc.Arbitrary<Commit> = fc.record(
  {
    state: fc.array(fc.record({ agent, key, value }), { maxLength: 3 }),
    timers: fc.array(fc.tuple(agent, key, due, fc.jsonValue()).map(toTimer), { maxLength: 2 }),
    journal: fc.array(fc.integer({ min: 0, max: 50 }).map(entry), { maxLength: 3 }),
    dead: fc.array(fc.nat(9).map(toLetter), { maxLength: 2 }),
    raised: fc.array(
      fc.nat(9).map((n) => `id-${n}`),
      { maxLength: 2 },
    ),
    accepted: fc.array(inboxRecord, { maxLength: 3 }),
    settled: fc.array(settlement, { maxLength: 2 }),
    steps: fc.array(stepRecord, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const MESSAGES = AGENTS.flatMap((to) =>
  SENDERS.flatMap((sender) => IDS.map((one) => [to, sender, one] as const)),
);

/** Whether the caller waits for a commit before the next one. */
const step = fc.tuple(commit, fc.boolean());

describe('the same commits', () => {
  it('leave memory and disk equal after reopening', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        await using folder = temporaryFolder();
        const disk = new MemoryDisk(MEMORY_RETENTION_DEFAULT);
        const options = { path: folder.file('kai.db'), clock: systemClock, log: silentLog };
        await using memory = await reopened(async () => openMemoryStore({ disk }), steps);
        await using sqlite = await reopened(() => openSqliteStore(options), steps);
        expect(await everything(sqlite)).toEqual(await everything(memory));
      }),
      { numRuns: 12 },
    );
  });
});

async function reopened(
  open: () => Promise<Store>,
  steps: readonly (readonly [Commit, boolean])[],
): Promise<Store> {
  await using store = await open();
  const commits: Promise<void>[] = [];
  for (const [one, wait] of steps) {
    commits.push(store.commit(one));
    if (wait) await commits.at(-1);
  }
  await Promise.all(commits);
  await store[Symbol.asyncDispose]();
  return open();
}

async function everything(store: Store) {
  const { bytes: _, ...counts } = await store.inspect();
  return {
    counts,
    agents: await Promise.all(AGENTS.map((one) => store.loadAgent(one))),
    waiting: [...(await store.waiting())].sort(),
    settlements: await Promise.all(MESSAGES.map((key) => store.findSettlement(...key))),
    timers: await store.loadTimers(),
    journal: await pages(store),
    dead: await store.readDead(99),
  };
}

/** The whole journal, read in pages of three. */
async function pages(store: Store): Promise<JournalEntry[]> {
  const seen: JournalEntry[] = [];
  for (;;) {
    const past = seen.at(-1);
    const page = await store.readJournal({ limit: 3, ...(past === undefined ? {} : { past }) });
    if (page.length === 0) return seen;
    seen.push(...page);
  }
}

function toTimer([owner, name, at, payload]: [string, string, number | undefined, unknown]) {
  if (at === undefined) return { agent: owner, name, due: undefined };
  return { agent: owner, name, due: at, intent: 'wake', payload: toJson(payload) };
}

function toLetter(n: number) {
  return { at: n, id: `id-${n}`, code: 'EXPIRED', reason: 'late', message: `{"n":${n}}` } as const;
}

/** JSON knows no negative zero, which `toEqual` tells apart. */
function toJson(generated: unknown): JsonValue {
  return JSON.parse(JSON.stringify(generated)) as JsonValue;
}
