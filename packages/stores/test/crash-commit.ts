/** The commit that the killed process makes of a number: one part in each table. */

import type { Commit } from '@kai/runtime/ports';
import { entry } from './journal-entry.ts';

export function crashCommit(n: number): Commit {
  const agent = `kai://alice.hub.a${n % 5}`;
  return {
    state: [{ agent, key: `n${n}`, value: n }],
    timers: [{ agent, name: `n${n}`, due: n, intent: 'wake', payload: n }],
    journal: [entry(n)],
    dead: [{ at: n, id: `n${n}`, code: 'EXPIRED', reason: 'late', message: '{}' }],
  };
}
