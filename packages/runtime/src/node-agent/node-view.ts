/** What the node's own agent sees of its node. */

import { Cell } from '../agents/cell.ts';
import type { Clock, ModelRuntime, Store } from '../ports/index.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { Router } from '../router/router.ts';
import type { AgentSnapshots } from '../snapshots/agent-snapshots.ts';
import type { Bundle } from '../snapshots/bundle.ts';
import type { IsolatedMessage, IsolatedRun } from '../snapshots/isolated-run.ts';
import type { Circumstances, OrchestrationTable } from '../table/table.ts';
import type { Trace } from '../trace/trace.ts';

export interface NodeView {
  readonly address: string;
  readonly version: string;
  readonly topology: string;
  readonly incarnation: number;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly registrar: Registrar;
  readonly router: Router;
  readonly table: OrchestrationTable;
  readonly circumstances: Circumstances;
  readonly trace: Trace;
  readonly store: Store;
  readonly snapshots: AgentSnapshots;
  /** One message to an agent as a snapshot has it, without any effect. */
  readonly isolate: (cell: Cell, bundle: Bundle, message: IsolatedMessage) => Promise<IsolatedRun>;
  readonly models: readonly ModelRuntime[];
  /** Bytes of memory, as far as the platform tells. */
  readonly memory: () => { readonly rss: number; readonly heapUsed: number };
}

/** The agents of this process. */
export function cellsOf(registrar: Registrar): readonly Cell[] {
  return [...registrar.all()].filter((endpoint) => endpoint instanceof Cell);
}

/** Entries that one look at trace, journal or dead letters gives at most. */
export const ENTRIES_MAX = 1000;

export const limit = { type: 'integer', minimum: 1, maximum: ENTRIES_MAX } as const;
export const text = { type: 'string', maxLength: 255 } as const;
