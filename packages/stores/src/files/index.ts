/** Snapshots as files: what a node keeps beside its database. */

export { type FileSnapshotsOptions, openFileSnapshots } from './file-snapshots.ts';
