import { describe, expect, it } from 'vitest';
import { ProcessClock, WORLD_BEGINS } from '../src/time/process-clock.ts';
import { VirtualTime } from '../src/time/virtual-time.ts';

const NEVER = () => false;

describe('virtual time', () => {
  it('lets every promise go on as far as it can before the next event', async () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    time.after(1, () => {
      void (async () => {
        for (let link = 0; link < 500; link += 1) await undefined;
        seen.push(`chain at ${time.now}`);
      })();
    });
    time.after(1, () => seen.push('next event'));
    await time.run(NEVER, 10);
    expect(seen).toEqual(['chain at 1', 'next event']);
    expect(time.now).toBe(10);
  });

  it('stands still when it is done, and goes on from there', async () => {
    const time = new VirtualTime();
    const seen: number[] = [];
    for (const at of [5, 3, 3, 9]) time.after(at, () => seen.push(time.now));
    await time.run(() => seen.length === 3, 100);
    expect([seen, time.now]).toEqual([[3, 3, 5], 5]);
    await time.run(NEVER, 100);
    expect([seen, time.now]).toEqual([[3, 3, 5, 9], 100]);
  });

  it('does not happen beyond its limit', async () => {
    const time = new VirtualTime();
    let happened = false;
    time.after(50, () => {
      happened = true;
    });
    await time.run(NEVER, 49);
    expect([happened, time.now]).toEqual([false, 49]);
    await time.run(NEVER, 50);
    expect(happened).toBe(true);
  });

  it('says what an event threw', async () => {
    const time = new VirtualTime();
    time.after(1, () => {
      throw new RangeError('too far');
    });
    await expect(time.run(NEVER, 10)).rejects.toThrow('too far');
  });
});

describe("a process's clock", () => {
  const guarded = (time: VirtualTime, process: { isAlive: boolean }) =>
    new ProcessClock(time, (run) => {
      if (process.isAlive) run();
    });

  it('fires nothing once the process is dead', async () => {
    const [time, process, seen] = [new VirtualTime(), { isAlive: true }, [] as string[]];
    const clock = guarded(time, process);
    clock.after(1, () => seen.push('one'));
    clock.after(3, () => seen.push('three'));
    clock.yield(() => seen.push('turn'));
    time.after(2, () => {
      process.isAlive = false;
    });
    await time.run(NEVER, 10);
    expect(seen).toEqual(['turn', 'one']);
  });

  it('can be cancelled, waits for ever, and tells wall time in whole milliseconds', async () => {
    const [time, seen] = [new VirtualTime(), [] as string[]];
    const clock = guarded(time, { isAlive: true });
    clock.after(Number.POSITIVE_INFINITY, () => seen.push('never')).cancel();
    const timer = clock.after(1, () => seen.push('cancelled'));
    timer.cancel();
    timer.cancel();
    await time.run(NEVER, 2.75);
    expect([seen, clock.now(), clock.monotonic()]).toEqual([[], WORLD_BEGINS + 2, 2.75]);
  });
});
