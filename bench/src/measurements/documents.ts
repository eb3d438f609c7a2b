/**
 * A folder of 1,000 Markdown files (8 MB) read by the assistant's own documents agent into an index on disk; how the
 * node answers others meanwhile; and how long questions take afterwards.
 *
 * A ping is due every 10 ms and counts from when it was due, so a blocked thread shows.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { documents } from '@kai/example-assistant/agents/documents/documents.ts';
import type { Client, KaiNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openSqliteIndexes, openSqliteStore } from '@kai/stores/sqlite';
import { systemClock } from 'kai';
import { seeded, wordOf, writeDocuments, zipfRank } from '../generated-documents.ts';
import { atMost, type Measurement, type Scale, scaled } from '../measurement.ts';
import { calleeOn, openNode } from '../sides/kai-node.ts';
import { quantile } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FILES = 1000;
const BYTES_EACH = 8_000;
const QUESTIONS = 200;
const WORDS_PER_QUESTION = 3;
const PING_EVERY_MS = 10;
const STATUS_EVERY_MS = 25;
/** Some seconds each, so fewer than of others. */
const ROUNDS_MAX = 3;

interface Run {
  readonly indexSeconds: number;
  readonly pingMs: number;
  readonly questionMs: number;
}

interface Status {
  readonly files: number;
  readonly passages: number;
  readonly indexing: object | null;
}

export const documentsRead: Measurement = {
  name: 'documents',
  async measure(scale) {
    const runs: Run[] = [];
    for (let round = 0; round < Math.min(scale.rounds, ROUNDS_MAX); round += 1) runs.push(await once(scale));
    return [
      {
        subject: 'indexing 1,000 Markdown files, 8 MB',
        unit: 'seconds',
        samples: runs.map(({ indexSeconds }) => indexSeconds),
        target: atMost(10),
        note: 'through the documents agent, sqlite index',
      },
      {
        subject: `a call to another agent every ${PING_EVERY_MS} ms meanwhile, p99`,
        unit: 'milliseconds',
        samples: runs.map(({ pingMs }) => pingMs),
        target: atMost(100),
        note: 'from when it was due',
      },
      {
        subject: `documents.ask, p50 of ${QUESTIONS}`,
        unit: 'milliseconds',
        samples: runs.map(({ questionMs }) => questionMs),
        target: atMost(30),
        note: `${WORDS_PER_QUESTION} words each`,
      },
    ];
  },
};

async function once(scale: Scale): Promise<Run> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'documents');
  await mkdir(path);
  const files = scaled(FILES, scale);
  await writeDocuments(path, files, BYTES_EACH);
  const log = silentLog;
  await using store = await openSqliteStore({ path: join(folder.path, 'store.db'), clock: systemClock, log });
  await using indexes = await openSqliteIndexes({ path: join(folder.path, 'index.db'), log });
  await using node = await openNode({}, { store, indexes });
  const client = node.client('reader');
  const indexed = await index(node, client, path, files);
  return { ...indexed, questionMs: await ask(client, scaled(QUESTIONS, scale)) };
}

async function index(
  node: KaiNode,
  client: Client,
  folder: string,
  files: number,
): Promise<Pick<Run, 'indexSeconds' | 'pingMs'>> {
  const { call } = calleeOn(node);
  await call();
  const done = new AbortController();
  const pings = pingUntil(done.signal, call);
  const began = performance.now();
  node.register(documents, { settings: { folder } });
  await indexedAll(client, files);
  const indexSeconds = (performance.now() - began) / 1000;
  done.abort();
  return { indexSeconds, pingMs: quantile(await pings, 0.99) };
}

async function indexedAll(client: Client, files: number): Promise<void> {
  for (;;) {
    const answer: unknown = await client.call('kai://agent.documents', 'documents.status');
    const status = answer as Status;
    if (status.files === files && status.passages > 0 && status.indexing === null) return;
    await afterMs(STATUS_EVERY_MS);
  }
}

/** Milliseconds from when each ping was due until it was answered. */
async function pingUntil(done: AbortSignal, call: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  let due = performance.now();
  while (!done.aborted) {
    due += PING_EVERY_MS;
    await afterMs(Math.max(0, due - performance.now()));
    await call();
    took.push(performance.now() - due);
  }
  return took;
}

async function ask(client: Client, questions: number): Promise<number> {
  const chance = seeded(questions);
  const took: number[] = [];
  for (let n = 0; n < questions; n += 1) {
    const topic = Array.from({ length: WORDS_PER_QUESTION }, () => wordOf(zipfRank(chance))).join(' ');
    const began = performance.now();
    const answer: unknown = await client.call('kai://agent.documents', 'documents.ask', { topic });
    took.push(performance.now() - began);
    if ((answer as { readonly sources: readonly object[] }).sources.length === 0) {
      throw new Error(`nothing was found about ${topic}`);
    }
  }
  return quantile(took, 0.5);
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
