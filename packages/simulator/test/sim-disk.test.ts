import { openMemoryStore } from '@kai/stores/memory';
import { describe, expect, it } from 'vitest';
import { Chance } from '../src/chance/chance.ts';
import { type CrashPointKind, SimDisk } from '../src/disk/sim-disk.ts';
import { SimStore } from '../src/disk/sim-store.ts';
import { VirtualTime } from '../src/time/virtual-time.ts';
import type { Process } from '../src/world/process.ts';

const AGENT = 'kai://sim.hub.notes';
const commitOf = (key: string, value = 1) => ({ state: [{ agent: AGENT, key, value }] });

function bench(seed = 1) {
  const time = new VirtualTime();
  const process: Process = { node: 'hub', number: 1, isAlive: true, whenDead: new Set() };
  const points: CrashPointKind[] = [];
  const plan = { killAt: -1 };
  const kill = (): void => {
    process.isAlive = false;
    disk.crash();
  };
  const world = {
    time,
    record() {},
    crashPoint(_: Process, kind: CrashPointKind) {
      if (points.push(kind) - 1 === plan.killAt) kill();
    },
  };
  const disk = new SimDisk(world, new Chance(seed), 'hub');
  const image = openMemoryStore();
  return { time, disk, image, points, plan, kill, store: new SimStore(disk, image, process) };
}

/** Whether and how each of these promises has ended. */
function watch(promises: readonly Promise<unknown>[]): string[] {
  const ends = promises.map(() => 'open');
  for (const [place, promise] of promises.entries()) {
    promise.then(
      () => {
        ends[place] = 'done';
      },
      (error: Error) => {
        ends[place] = error.message;
      },
    );
  }
  return ends;
}

const run = (time: VirtualTime, ms = 1_000) => time.run(() => false, time.now + ms);

describe('the simulated disk', () => {
  it('acknowledges a write once it is synced, and not before', async () => {
    const { time, store, image } = bench();
    const ends = watch([store.commit(commitOf('a'))]);
    await run(time, 0.3);
    expect([ends, (await image.loadAgent(AGENT)).state.size]).toEqual([['open'], 0]);
    await run(time);
    expect([ends, (await image.loadAgent(AGENT)).state.size]).toEqual([['done'], 1]);
  });

  it('shows a read every write that was handed over before it', async () => {
    const { time, store } = bench();
    for (let n = 0; n < 250; n += 1) void store.commit(commitOf(`k${n}`));
    const read = store.loadAgent(AGENT);
    await run(time);
    expect((await read).state.size).toBe(250);
  });

  it('keeps values as they were when they were committed', async () => {
    const { time, store, image } = bench();
    const value = { list: [1] };
    void store.commit({ state: [{ agent: AGENT, key: 'a', value }] });
    value.list.push(2);
    await run(time);
    expect((await image.loadAgent(AGENT)).state.get('a')).toEqual({ list: [1] });
  });

  it('leaves a prefix of the writes under way when the process dies, and tells nobody', async () => {
    const sizes = new Set<number>();
    for (let seed = 0; seed < 60; seed += 1) {
      const { time, store, image, kill } = bench(seed);
      const ends = watch([0, 1, 2].map((n) => store.commit(commitOf(`k${n}`))));
      time.after(0.3, kill);
      await run(time);
      const keys = [...(await image.loadAgent(AGENT)).state.keys()];
      expect(keys).toEqual(['k0', 'k1', 'k2'].slice(0, keys.length));
      expect(ends).toEqual(['open', 'open', 'open']);
      sizes.add(keys.length);
    }
    expect([...sizes].sort()).toEqual([0, 1, 2, 3]);
  });

  it('never answers a dead process', async () => {
    const { time, store, kill } = bench();
    kill();
    const ends = watch([store.commit(commitOf('a')), store.loadAgent(AGENT), store.incarnate()]);
    await run(time);
    expect(ends).toEqual(['open', 'open', 'open']);
  });

  it('refuses writes while it is full, and nothing of them happens', async () => {
    const { time, store, image, disk } = bench();
    disk.befall('full', 50);
    const ends = watch([store.commit(commitOf('a')), store.loadAgent(AGENT)]);
    await run(time, 40);
    expect([ends, (await image.loadAgent(AGENT)).state.size]).toEqual([['the disk is full', 'done'], 0]);
    await run(time, 20);
    const later = watch([store.commit(commitOf('b'))]);
    await run(time);
    expect(later).toEqual(['done']);
  });

  it('fails at reads and writes, and is slow, for a while', async () => {
    const { time, store, disk } = bench();
    disk.befall('failing', 50);
    const failing = watch([store.commit(commitOf('a')), store.loadAgent(AGENT)]);
    await run(time, 40);
    expect(failing).toEqual(['the disk fails at this write', 'the disk fails at this read']);
    disk.befall('slow', 1_000);
    const slow = watch([store.commit(commitOf('b'))]);
    await run(time, 50);
    expect(slow).toEqual(['open']);
    await run(time, 500);
    expect(slow).toEqual(['done']);
  });

  it('refuses one bad commit without its group', async () => {
    const { time, store, image } = bench();
    const bad = { state: [{ agent: AGENT, key: 'half \ud800', value: 1 }] };
    const ends = watch([store.commit(commitOf('a')), store.commit(bad), store.commit(commitOf('b'))]);
    await run(time);
    expect(ends).toEqual(['done', expect.stringContaining('Unicode'), 'done']);
    expect([...(await image.loadAgent(AGENT)).state.keys()]).toEqual(['a', 'b']);
  });

  it('numbers a point before each operation and one after each sync; a crash there is exact', async () => {
    const { time, store, points } = bench();
    void store.commit(commitOf('a')).then(() => store.loadAgent(AGENT));
    await run(time);
    expect(points).toEqual(['write', 'synced', 'read']);
    for (const [killAt, size] of [
      [0, 0],
      [1, 1],
    ] as const) {
      const other = bench();
      other.plan.killAt = killAt;
      const ends = watch([other.store.commit(commitOf('a'))]);
      await run(other.time);
      expect([ends, (await other.image.loadAgent(AGENT)).state.size]).toEqual([['open'], size]);
    }
  });
});
