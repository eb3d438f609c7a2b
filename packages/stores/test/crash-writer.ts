/**
 * A process to be killed: has messages accepted and settled in the store at argv[2], and prints each one's number with
 * `accepted` or `settled` once that is on disk.
 */

import { silentLog } from '@kai/runtime/ports';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { acceptCommit, crashCommit } from './crash-commit.ts';
import { systemClock } from './system-clock.ts';

const path = String(process.argv[2]);
const first = Number(process.argv[3]);
const WRITERS = 8;

const store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
process.stdout.write('open\n');
let next = first;
await Promise.all(Array.from({ length: WRITERS }, writeForever));

async function writeForever(): Promise<void> {
  for (;;) {
    const n = next++;
    await store.commit(acceptCommit(n));
    process.stdout.write(`accepted ${n}\n`);
    await store.commit(crashCommit(n));
    process.stdout.write(`settled ${n}\n`);
  }
}
