/** What a node needs from outside. */

export type { Clock, Timer } from './clock.ts';
export { type Log, silentLog } from './log.ts';
export type {
  ChatEvent,
  ChatRequest,
  ModelCall,
  ModelHealth,
  ModelRuntime,
  ModelTool,
  ModelTurn,
} from './model.ts';
export { type Occupancy, unwatched } from './occupancy.ts';
export type { Random } from './random.ts';
export type { SnapshotEntry, Snapshots } from './snapshots.ts';
export type {
  AgentRecords,
  Commit,
  DeadLetter,
  InboxRecord,
  JournalEntry,
  JournalMark,
  JournalOutcome,
  JournalQuery,
  Settlement,
  StateWrite,
  StepRecord,
  Store,
  StoreReport,
  TimerCancel,
  TimerRecord,
} from './store.ts';
export type { Hit, Passage, SearchOptions, SourceEntry, TextIndex, TextIndexes } from './text-index.ts';
