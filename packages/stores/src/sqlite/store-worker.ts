/** The thread that owns a store's database. Everything in it is synchronous: one call after the other. */

import { workerData } from 'node:worker_threads';
import type { JournalMark } from '@kai/runtime/ports';
import type { AgentParts, SettlementParts } from '../records/agent-parts.ts';
import type { EncodedCommit } from '../records/encoded-commit.ts';
import type { Retention } from '../records/retention.ts';
import { CommitWriter, type FailedCommit } from './commit-writer.ts';
import { HistoryTrimmer } from './history-trimmer.ts';
import { type JournalPlace, JournalReader, type JournalSlice } from './journal-reader.ts';
import { incarnate, readMeta, writeMeta } from './meta.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { RecordReader } from './record-reader.ts';
import { Refused } from './refused.ts';
import { STORE_SCHEMA } from './store-schema.ts';
import { answerCalls } from './worker-answer.ts';

interface OpenStore {
  readonly file: OpenDatabase;
  readonly commits: CommitWriter;
  readonly records: RecordReader;
  readonly journal: JournalReader;
}

const path = String(workerData);
let opened: OpenStore | undefined;

function store(): OpenStore {
  if (opened === undefined) throw new Refused('UNAVAILABLE', `${path} is not open`);
  return opened;
}

function open(retention: Retention, bytesMax: number | undefined): void {
  const file = openDatabase({
    path,
    schema: STORE_SCHEMA,
    synchronous: 'FULL',
    ownerOf: (db) => readMeta(db, 'owner'),
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });
  try {
    const { db } = file;
    writeMeta(db, 'owner', process.pid);
    opened = {
      file,
      commits: new CommitWriter(db, path, new HistoryTrimmer(db, retention)),
      records: new RecordReader(db),
      journal: new JournalReader(db),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

const calls = {
  open,
  write: (commits: readonly EncodedCommit[]): FailedCommit[] => store().commits.write(commits),
  loadAgent: (agent: string): AgentParts => store().records.loadAgent(agent),
  findSettlement: (agent: string, from: string, id: string): SettlementParts | undefined =>
    store().records.findSettlement(agent, from, id),
  waiting: (): string[] => store().records.waiting(),
  loadTimers: (): string[] => store().records.loadTimers(),
  readDead: (limit: number): string[] => store().records.readDead(limit),
  findPlace: (mark: JournalMark): JournalPlace => store().journal.placeOf(mark),
  readTrace: (trace: string, from: JournalPlace, limit: number): readonly string[] | undefined =>
    store().journal.trace(trace, from, limit),
  readSlice: (text: string, from: JournalPlace, limit: number): JournalSlice =>
    store().journal.slice(text, from, limit),
  incarnate: (): number => incarnate(store().file.db),
  /** Answers once everything that was asked before is done. */
  arrive: (): void => {
    store();
  },
  close: (): void => {
    opened?.file.close();
    opened = undefined;
  },
};

/** What a store asks its thread. */
export type StoreCalls = typeof calls;

answerCalls(path, calls);
