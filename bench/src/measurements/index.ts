/** Every measurement, in the order of the table. */

import type { Measurement } from '../measurement.ts';

/** By name; loaded only in the process that measures, so that none carries the code of another. */
export const MEASUREMENTS: Readonly<Record<string, () => Promise<Measurement>>> = {
  'local-call': async () => (await import('./local-call.ts')).localCall,
  'local-call-checked': async () => (await import('./local-call-checked.ts')).localCallChecked,
  limits: async () => (await import('./limits.ts')).limits,
  'in-flight': async () => (await import('./in-flight.ts')).callsInFlight,
  'hundred-rules': async () => (await import('./hundred-rules.ts')).hundredRules,
  'journal-all': async () => (await import('./journal-all.ts')).journalAll,
  durable: async () => (await import('./durable.ts')).durable,
  'durable-memory': async () => (await import('./durable-memory.ts')).durableMemory,
  'durable-beside-bullmq': async () => (await import('./durable-beside-bullmq.ts')).durableBesideBullmq,
  'idle-agent': async () => (await import('./idle-agents.ts')).idleAgents,
  'start-up': async () => (await import('./start-up.ts')).startUp,
  documents: async () => (await import('./documents.ts')).documentsRead,
};
