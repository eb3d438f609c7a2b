/** Both stores and both text indexes against the contracts of their ports. */

import { silentLog } from '@kai/runtime/ports';
import { storeContract, textIndexContract } from '@kai/testing';
import { MemoryDisk, openMemoryIndexes, openMemoryStore } from '../src/memory/index.ts';
import { openSqliteIndexes, openSqliteStore, RETENTION_DEFAULT } from '../src/sqlite/index.ts';
import { systemClock } from './system-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

storeContract('memory', async ({ journal, dead, settlements }) => {
  const retention = { journalMax: journal, deadMax: dead, settlementsMax: settlements };
  const disk = new MemoryDisk({ ...RETENTION_DEFAULT, ...retention });
  return { open: async () => openMemoryStore({ disk }), async [Symbol.asyncDispose]() {} };
});

storeContract('sqlite', async ({ journal, dead, settlements }) => {
  const folder = temporaryFolder();
  const options = {
    path: folder.file('kai.db'),
    retention: { journalMax: journal, deadMax: dead, settlementsMax: settlements },
    clock: systemClock,
    log: silentLog,
  };
  return { open: () => openSqliteStore(options), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

textIndexContract('memory', async () => openMemoryIndexes());

textIndexContract('sqlite', async () => {
  const folder = temporaryFolder();
  const indexes = await openSqliteIndexes({ path: folder.file('index.db'), log: silentLog });
  return {
    open: (name) => indexes.open(name),
    async [Symbol.asyncDispose]() {
      await indexes[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
});
