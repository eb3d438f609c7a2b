/** A journal entry whose fields follow from its time. */

import type { JournalEntry } from '@kai/runtime/ports';

export function entry(at: number): JournalEntry {
  return {
    at,
    outcome: 'admitted',
    id: `id-${at}`,
    kind: 'request',
    from: 'kai://alice.hub.kai-core',
    to: 'kai://alice.hub.notes',
    intent: 'notes.add',
    priority: 'normal',
    re: undefined,
    trace: `trace-${at}`,
    note: 'default',
    tookMs: 0,
    payload: `{"n":${at}}`,
  };
}
