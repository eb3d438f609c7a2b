/** What is on disk in the end, held against what was acknowledged. Reads the store itself: no node runs any more. */

import { silentLog } from '@kai/runtime/ports';
import { openSqliteStore } from '@kai/stores/sqlite';
import { systemClock } from '../../src/system/clock.ts';
import { ACCOUNTS, blockOf, NODE, OPENING } from './agents.ts';
import type { Driver } from './driver.ts';

export interface Verdict {
  /** Acknowledged as durable or effected, and not in the ledger. */
  readonly lost: readonly number[];
  /** In the ledger more than once, acknowledged or not. */
  readonly twice: readonly number[];
  /** Told to be received, and gone with the process: that is no more than was promised. */
  readonly receivedOnly: number;
  readonly coins: number;
  readonly coinsWanted: number;
  /** Whatever else is not as it should be, in words. */
  readonly wrong: readonly string[];
}

export async function judge(path: string, { orders, acknowledged }: Driver): Promise<Verdict> {
  await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
  const { state } = await store.loadAgent(`${NODE.text}.ledger`);
  const entered = (n: number): number =>
    (state.get(blockOf(n)) as Record<string, number> | undefined)?.[n] ?? 0;
  let coins = Number(state.get('till') ?? 0);
  for (let n = 0; n < ACCOUNTS; n += 1) {
    const kept = await store.loadAgent(`${NODE.text}.account-${n}`);
    coins += Number(kept.state.get('coins') ?? OPENING);
  }
  const numbers = orders.map(({ n }) => n);
  const isPromised = (n: number): boolean => (acknowledged.get(n) ?? 'received') !== 'received';
  const { inbox, problems } = await store.inspect();
  const letters = await store.readDead(10);
  return {
    lost: numbers.filter((n) => isPromised(n) && entered(n) === 0),
    twice: numbers.filter((n) => entered(n) > 1),
    receivedOnly: numbers.filter((n) => !isPromised(n) && entered(n) === 0).length,
    coins,
    coinsWanted: ACCOUNTS * OPENING,
    wrong: [
      ...(inbox === 0 ? [] : [`${inbox} messages wait in inboxes`]),
      ...letters.map(({ id, reason }) => `a dead letter about ${id}: ${reason}`),
      ...problems,
    ],
  };
}
