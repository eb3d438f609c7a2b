/** A store for one run of one agent out of a snapshot: in memory, and gone with the run. */

import type { JsonValue } from '@kai/protocol';
import type { AgentRecords, Commit, Store, TimerRecord } from '../ports/index.ts';
import type { Bundle } from './bundle.ts';

export interface IsolatedStore extends Store {
  readonly state: ReadonlyMap<string, JsonValue>;
  readonly timers: ReadonlyMap<string, TimerRecord>;
}

/** `agent`: the address under which the snapshot's agent runs. */
export function isolatedStore(bundle: Bundle, agent: string): IsolatedStore {
  const state = new Map(bundle.state);
  // One that was due already would fire in the middle of the run.
  const upcoming = bundle.timers.filter(({ due }) => due > bundle.at);
  const timers = new Map(upcoming.map((timer) => [timer.name, { ...timer, agent }]));
  return {
    state,
    timers,
    loadAgent: async (wanted): Promise<AgentRecords> => ({
      state: wanted === agent ? new Map(state) : new Map(),
      inbox: [],
      steps: [],
    }),
    waiting: async () => [],
    findSettlement: async () => undefined,
    loadTimers: async () => [...timers.values()],
    commit: async (commit) => write(commit, agent, state, timers),
    incarnate: async () => bundle.incarnation,
    readJournal: async () => [],
    readDead: async () => [],
    inspect: async () => ({
      state: state.size,
      timers: timers.size,
      journal: 0,
      dead: 0,
      inbox: 0,
      settlements: 0,
      bytes: 0,
      problems: [],
    }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function write(
  { state: writes = [], timers: settings = [] }: Commit,
  agent: string,
  state: Map<string, JsonValue>,
  timers: Map<string, TimerRecord>,
): void {
  for (const one of writes) {
    if (one.agent !== agent) continue;
    if (one.value === undefined) state.delete(one.key);
    else state.set(one.key, one.value);
  }
  for (const one of settings) {
    if (one.agent !== agent) continue;
    if (one.due === undefined) timers.delete(one.name);
    else timers.set(one.name, one);
  }
}
