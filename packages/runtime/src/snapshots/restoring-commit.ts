/**
 * The one commit that gives an agent the state and the timers of a snapshot in place of what it has.
 *
 * Everything is taken out and put in anew: so what the agent lists stands in the same order before and after a restart.
 */

import type { Commit, TimerCancel, TimerRecord } from '../ports/index.ts';
import type { Captured } from './archive.ts';

type Kept = Pick<Captured, 'agent' | 'state' | 'timers'>;

export interface RestoringCommit extends Commit {
  readonly timers: readonly (TimerRecord | TimerCancel)[];
}

export function restoringCommit(now: Kept, then: Kept): RestoringCommit {
  const { agent } = now;
  const removed = [...now.state.keys()].map((key) => ({ agent, key, value: undefined }));
  const set = [...then.state].map(([key, value]) => ({ agent, key, value }));
  const cancelled = now.timers.map(({ name }) => ({ agent, name, due: undefined }));
  return {
    state: [...removed, ...set],
    timers: [...cancelled, ...then.timers.map((timer) => ({ ...timer, agent }))],
  };
}
