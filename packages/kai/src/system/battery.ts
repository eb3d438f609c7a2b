/**
 * The battery as facts of the orchestration table: `battery` (percent) and `charging`, on Linux machines that
 * have one; elsewhere there are no such facts, and conditions on them are never met.
 *
 * Read in the background, because a battery's controller may take tens of milliseconds to answer.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '@kai/runtime/ports';

/** How old the facts may be, in milliseconds. */
const REFRESH_MS = 30_000;
const SUPPLIES_FOLDER = '/sys/class/power_supply';

export interface BatteryFacts {
  readonly [fact: string]: number | boolean;
}

export interface BatteryWatch extends Disposable {
  /** What was read last; empty without a battery. */
  facts(): BatteryFacts;
}

/** Begins to read, and goes on until it is disposed of. `folder` differs in tests only. */
export async function watchBattery(clock: Clock, folder = SUPPLIES_FOLDER): Promise<BatteryWatch> {
  let facts = await readBattery(folder);
  let timer: Timer | undefined;
  let open = true;
  const refresh = async (): Promise<void> => {
    facts = await readBattery(folder);
    if (open) timer = clock.after(REFRESH_MS, refresh);
  };
  // A machine without a battery does not grow one.
  if (facts.battery !== undefined) timer = clock.after(REFRESH_MS, refresh);
  return {
    facts: () => facts,
    [Symbol.dispose]() {
      open = false;
      timer?.cancel();
    },
  };
}

/** The first battery of the machine, or nothing. */
export async function readBattery(folder = SUPPLIES_FOLDER): Promise<BatteryFacts> {
  for (const supply of (await readdir(folder).catch(() => [])).sort()) {
    const read = (name: string): Promise<string> =>
      readFile(join(folder, supply, name), 'utf8').then(
        (text) => text.trim(),
        () => '',
      );
    if ((await read('type')) !== 'Battery') continue;
    const [capacity, status] = await Promise.all([read('capacity'), read('status')]);
    if (/^\d{1,3}$/.test(capacity)) return { battery: Number(capacity), charging: status === 'Charging' };
  }
  return {};
}
