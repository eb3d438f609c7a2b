/**
 * Topology `local`: one node on one device, everything on its own disk, nobody else connected.
 *
 * A topology is a function from a configuration to plain parts; `open-node.ts` opens them and decides nothing.
 */

import { join } from 'node:path';
import type { Config } from '../config/config.ts';

export interface NodeParts {
  readonly store: {
    readonly kind: 'sqlite';
    /** Files, absolute. */
    readonly path: string;
    readonly indexPath: string;
    /** A folder. */
    readonly snapshotsPath: string;
    readonly journalMax: number;
    /** Milliseconds. */
    readonly journalAgeMs: number;
  };
}

const DAY_MS = 86_400_000;

export function localTopology(config: Config): NodeParts {
  return {
    store: {
      kind: 'sqlite',
      path: join(config.data, 'store.sqlite'),
      indexPath: join(config.data, 'indexes.sqlite'),
      snapshotsPath: join(config.data, 'snapshots'),
      journalMax: config.retention.entries,
      journalAgeMs: config.retention.days * DAY_MS,
    },
  };
}
