/**
 * What a killed process leaves behind: everything that it acknowledged, all or nothing of the rest, and no lock. A
 * message that was accepted is in the inbox or settled, never neither and never both.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Settlement, type Store, silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { crashMessage } from './crash-commit.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const ROUNDS = 5;

interface Acknowledged {
  readonly accepted: number[];
  readonly settled: number[];
}

describe('a store whose process is killed', () => {
  it(`has every acknowledged commit, whole, in ${ROUNDS} rounds of kill -9`, {
    timeout: 30_000,
  }, async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    const acknowledged: Acknowledged = { accepted: [], settled: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const enough = 80 + round * 140;
      await writeAndKill(path, round * 100_000, enough, acknowledged);
      await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
      await expectWhole(store, acknowledged);
    }
    expect(acknowledged.settled.length).toBeGreaterThan(ROUNDS * 40);
  });

  it('is refused to a second process, which names the first one, until that one is killed', async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    const child = startWriter(path, 0);
    await once(linesOf(child), 'line');
    const second = openSqliteStore({ path, clock: systemClock, log: silentLog });
    await expect(second).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${path} is in use by process ${child.pid}: stop it first, or name another path`,
    });
    await kill(child);
    await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
    expect((await store.inspect()).problems).toEqual([]);
  });
});

async function expectWhole(store: Store, acknowledged: Acknowledged): Promise<void> {
  const agents = await Promise.all([0, 1, 2, 3, 4].map((n) => store.loadAgent(`kai://alice.hub.a${n}`)));
  const open = new Set(agents.flatMap(({ inbox }) => inbox.map(({ id }) => Number(id.slice(1)))));
  const done = new Set(agents.flatMap(({ state }) => [...state.values()].map(Number)));
  expect(acknowledged.accepted.filter((n) => !open.has(n) && !done.has(n))).toEqual([]);
  expect(acknowledged.settled.filter((n) => open.has(n) || !done.has(n))).toEqual([]);
  expect([...open].filter((n) => done.has(n))).toEqual([]);
  // Only what is in the inbox has steps, and all of that: they were accepted together.
  const stepped = agents.flatMap(({ steps }) => steps.map(({ result }) => Number(result)));
  expect(new Set(stepped)).toEqual(open);
  for (const n of [...open].slice(0, 5)) expect(await settlementOf(store, n)).toBeUndefined();
  for (const n of [...done].slice(-5)) expect(await settlementOf(store, n)).toMatchObject({ answer: `${n}` });
  await expectCounts(store, open.size, done.size);
}

/** One part in each table per commit: equal counts mean that none was torn. */
async function expectCounts(store: Store, open: number, done: number): Promise<void> {
  const { problems, inbox, settlements, timers, journal, dead } = await store.inspect();
  expect(problems).toEqual([]);
  expect(inbox).toBe(open);
  expect([settlements, timers, journal, dead]).toEqual([done, done, done, done]);
}

function settlementOf(store: Store, n: number): Promise<Settlement | undefined> {
  const { agent, from, id } = crashMessage(n);
  return store.findSettlement(agent, from, id);
}

async function writeAndKill(path: string, first: number, enough: number, known: Acknowledged): Promise<void> {
  const child = startWriter(path, first);
  let lines = 0;
  for await (const line of linesOf(child)) {
    const [what, n] = line.split(' ');
    if (what === 'accepted') known.accepted.push(Number(n));
    if (what === 'settled') known.settled.push(Number(n));
    lines += 1;
    if (lines === enough) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
}

/** What the child prints. Reading goes on, so that the child never waits for this side. */
function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error('the child has no output');
  return createInterface({ input: child.stdout });
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function startWriter(path: string, first: number): ChildProcess {
  return spawn(process.execPath, [WRITER, path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
}
