/**
 * The commits that the killed process makes of a number: the message is accepted, then settled together with one part
 * in each table.
 */

import type { Commit, InboxRecord } from '@kai/runtime/ports';
import { entry } from './journal-entry.ts';

const FROM = 'kai://alice.phone.kai-core';

export function crashMessage(n: number): InboxRecord {
  return { agent: `kai://alice.hub.a${n % 5}`, id: `n${n}`, from: FROM, message: `{"n":${n}}` };
}

export function acceptCommit(n: number): Commit {
  const { agent, id } = crashMessage(n);
  const step = { agent, message: id, position: 0, name: 'first', digest: '', result: `${n}` };
  return { accepted: [crashMessage(n)], steps: [step] };
}

export function crashCommit(n: number): Commit {
  const { agent, from, id } = crashMessage(n);
  return {
    state: [{ agent, key: `n${n}`, value: n }],
    timers: [{ agent, name: `n${n}`, due: n, intent: 'wake', payload: n }],
    journal: [entry(n)],
    dead: [{ at: n, id: `n${n}`, code: 'EXPIRED', reason: 'late', message: '{}' }],
    settled: [{ agent, from, id, at: n, outcome: 'replied', answer: `${n}` }],
  };
}
