/** What a killed process leaves behind: everything that it acknowledged, all or nothing of the rest, and no lock. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Store, silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const ROUNDS = 5;

describe('a store whose process is killed', () => {
  it(`has every acknowledged commit, whole, in ${ROUNDS} rounds of kill -9`, {
    timeout: 30_000,
  }, async () => {
    await using folder = temporaryFolder();
    const path = folder.file('kai.db');
    const acknowledged: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const enough = 40 + round * 70;
      acknowledged.push(...(await writeAndKill(path, round * 100_000, enough)));
      await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
      await expectWhole(store, acknowledged);
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 40);
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

async function expectWhole(store: Store, acknowledged: readonly number[]): Promise<void> {
  const agents = [0, 1, 2, 3, 4].map((n) => `kai://alice.hub.a${n}`);
  const states = await Promise.all(agents.map((agent) => store.loadState(agent)));
  const kept = new Set(states.flatMap((state) => [...state.values()]));
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
  const report = await store.inspect();
  expect(report.problems).toEqual([]);
  // One part in each table per commit: equal counts mean that none was torn.
  expect([report.timers, report.journal, report.dead]).toEqual([kept.size, kept.size, kept.size]);
}

async function writeAndKill(path: string, first: number, enough: number): Promise<number[]> {
  const child = startWriter(path, first);
  const numbers: number[] = [];
  for await (const line of linesOf(child)) {
    if (line !== 'open') numbers.push(Number(line));
    if (numbers.length === enough) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  return numbers;
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
