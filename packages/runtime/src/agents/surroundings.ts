/** What a node lends to the cells in it. */

import type { NodeAddress, Reach } from '@kai/protocol';
import type { Delivery } from '../delivery/delivery.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { MessageIds } from '../ids/message-ids.ts';
import type { Clock, Log, ModelRuntime, Occupancy, Store, TextIndexes } from '../ports/index.ts';
import type { Router } from '../router/router.ts';
import type { Turn } from '../router/turn.ts';
import type { AgentSnapshots } from '../snapshots/agent-snapshots.ts';
import type { Alarms } from '../timers/alarms.ts';
import type { Capability } from './context.ts';

export interface Surroundings {
  readonly node: NodeAddress;
  readonly incarnation: number;
  /** The label of messages that carry none. */
  readonly reach: Reach;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: MessageIds;
  readonly router: Router;
  readonly turn: Turn;
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly store: Store;
  readonly indexes: TextIndexes;
  readonly alarms: Alarms;
  readonly occupancy: Occupancy;
  readonly models: readonly ModelRuntime[];
  readonly snapshots: AgentSnapshots;
  /** Everyone that can be asked something, without `except`. */
  capabilities(except: string): readonly Capability[];
}
