/** Store and text index in memory: for tests, simulation and embedding. */

export { RETENTION_DEFAULT, type Retention } from '../records/retention.ts';
export { MemoryDisk } from './memory-disk.ts';
export { openMemoryIndexes } from './memory-index.ts';
export { openMemorySnapshots } from './memory-snapshots.ts';
export { MEMORY_RETENTION_DEFAULT, type MemoryStoreOptions, openMemoryStore } from './memory-store.ts';
