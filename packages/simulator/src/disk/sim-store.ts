/**
 * The store of one simulated process: the real store in memory behind a simulated disk.
 *
 * The image outlives the process; this object does not. After the process's death its calls never resolve.
 */

import type { JsonValue } from '@kai/protocol';
import type {
  AgentRecords,
  Commit,
  DeadLetter,
  JournalEntry,
  JournalQuery,
  Settlement,
  StateWrite,
  Store,
  StoreReport,
  TimerRecord,
} from '@kai/runtime/ports';
import { EFFECT_PREFIX, messageOfEffect } from '../observe/marks.ts';
import type { Process } from '../world/process.ts';
import type { SimDisk } from './sim-disk.ts';

export class SimStore implements Store {
  readonly #disk: SimDisk;
  readonly #image: Store;
  readonly #process: Process;

  constructor(disk: SimDisk, image: Store, process: Process) {
    this.#disk = disk;
    this.#image = image;
    this.#process = process;
  }

  waiting(): Promise<readonly string[]> {
    return this.#read('waiting', () => this.#image.waiting());
  }

  loadAgent(agent: string): Promise<AgentRecords> {
    return this.#read('loadAgent', () => this.#image.loadAgent(agent));
  }

  findSettlement(agent: string, from: string, id: string): Promise<Settlement | undefined> {
    return this.#read('findSettlement', () => this.#image.findSettlement(agent, from, id));
  }

  loadTimers(): Promise<readonly TimerRecord[]> {
    return this.#read('loadTimers', () => this.#image.loadTimers());
  }

  commit(commit: Commit): Promise<void> {
    const copy = copied(commit);
    return this.#disk.write(this.#process, effectOf(commit), described(commit), () =>
      this.#image.commit(copy),
    );
  }

  incarnate(): Promise<number> {
    return this.#disk.write(this.#process, '', 'incarnation', () => this.#image.incarnate());
  }

  readJournal(query: JournalQuery): Promise<readonly JournalEntry[]> {
    return this.#read('readJournal', () => this.#image.readJournal(query));
  }

  readDead(limit: number): Promise<readonly DeadLetter[]> {
    return this.#read('readDead', () => this.#image.readDead(limit));
  }

  inspect(): Promise<StoreReport> {
    return this.#read('inspect', () => this.#image.inspect());
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #read<T>(what: string, run: () => Promise<T>): Promise<T> {
    return this.#disk.read(this.#process, what, run);
  }
}

/** Values as they are now: the image takes the commit when it is synced. What has no JSON form the image refuses. */
function copied(commit: Commit): Commit {
  if (commit.state === undefined) return commit;
  return { ...commit, state: commit.state.map(copiedWrite) };
}

function copiedWrite(write: StateWrite): StateWrite {
  if (typeof write.value !== 'object' || write.value === null) return write;
  try {
    return { ...write, value: JSON.parse(JSON.stringify(write.value)) as JsonValue };
  } catch {
    return write;
  }
}

/** The message whose effect a commit holds, if it holds one. */
function effectOf({ state = [] }: Commit): string {
  const mark = state.find(({ key }) => key.startsWith(EFFECT_PREFIX));
  return mark === undefined ? '' : messageOfEffect(mark.key);
}

function described(commit: Commit): string {
  const parts = Object.entries(commit).filter(([, records]) => records.length > 0);
  return parts.map(([name, records]) => `${name} ${records.length}`).join(', ');
}
