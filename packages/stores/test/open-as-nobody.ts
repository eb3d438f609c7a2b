/** Tries to open the store at argv[2] as an unprivileged user and prints the refusal, because root may do anything. */

import { silentLog } from '@kai/runtime/ports';
import { openSqliteStore } from '../src/sqlite/index.ts';
import { systemClock } from './system-clock.ts';

const path = String(process.argv[2]);
try {
  await using store = await openSqliteStore({ path, clock: systemClock, log: silentLog });
  await store.incarnate();
  process.stdout.write('opened');
} catch (error) {
  const { code, message } = error as { code: string; message: string };
  process.stdout.write(JSON.stringify({ code, message }));
}
