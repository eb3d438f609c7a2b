/**
 * The thread that inspects a store: it reads through a connection of its own, so that the thread which writes goes
 * on. SQLite keeps track of both connections; nothing here opens the file by other means (see `file-lock.ts`).
 */

import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import type { StoreReport } from '@kai/runtime/ports';
import { inspectStore } from './inspect-store.ts';
import { answerCalls } from './worker-answer.ts';

const path = String(workerData);

const calls = {
  inspect: (): StoreReport => {
    using db = new DatabaseSync(path, { readOnly: true });
    return inspectStore(db, path);
  },
  /** Ends the thread. */
  close: (): void => undefined,
};

/** What a store asks the thread that inspects it. */
export type InspectCalls = typeof calls;

answerCalls(path, calls);
