/** The sync primitives that every agent answers without its author's doing (protocol §3). */

import {
  compileSchema,
  type JsonObject,
  type JsonValue,
  PRIMITIVE_SCHEMAS,
  type RollbackRequest,
  type SnapshotRequest,
} from '@kai/protocol';
import { entryJson, toldDifference } from '../snapshots/told.ts';
import type { Cell } from './cell.ts';
import type { CompiledIntent } from './compiled.ts';
import type { MessageHandling } from './context.ts';

const PING = primitive('ping', 'Answers at once, with incarnation and load.', false);
const SNAPSHOT = {
  ...primitive('snapshot', 'Captures state, timers and unfinished messages.', true),
  isControl: true,
} as const;
const ROLLBACK = {
  ...primitive('rollback', 'Gives the agent back the state of a snapshot.', true),
  isControl: true,
} as const;

export function answerPrimitive(intent: string, cell: Cell): CompiledIntent | undefined {
  if (intent === 'ping') {
    return {
      ...PING,
      handler: (payload) => ({
        ...(payload as JsonObject),
        incarnation: cell.surroundings.incarnation,
        load: cell.load,
      }),
    };
  }
  // The node itself keeps nothing but its outbox, which must not go back in time.
  if (cell.address.kind === 'node') return undefined;
  // The schemas have admitted the payloads.
  if (intent === 'snapshot') {
    return {
      ...SNAPSHOT,
      handler: (payload, handling) => asControl(cell, () => take(cell, payload as SnapshotRequest, handling)),
    };
  }
  if (intent !== 'rollback') return undefined;
  return {
    ...ROLLBACK,
    handler: (payload, handling) =>
      asControl(cell, () => rollBack(cell, payload as JsonValue & RollbackRequest, handling)),
  };
}

/** What the agent comes to rest for is not waited for itself. */
async function asControl(cell: Cell, work: () => Promise<JsonValue>): Promise<JsonValue> {
  cell.countControl(1);
  try {
    return await work();
  } finally {
    cell.countControl(-1);
  }
}

async function take(
  cell: Cell,
  { note = '' }: SnapshotRequest,
  handling: MessageHandling,
): Promise<JsonValue> {
  const asked = { id: handling.message.id, signal: handling.signal };
  return entryJson(await cell.surroundings.snapshots.take(cell, note, asked));
}

async function rollBack(
  cell: Cell,
  { to, dryRun = false }: RollbackRequest,
  handling: MessageHandling,
): Promise<JsonValue> {
  const { snapshots } = cell.surroundings;
  const asked = { id: handling.message.id, signal: handling.signal };
  if (dryRun) {
    const { difference, refusal } = await snapshots.rehearse(cell, to, asked);
    return {
      to,
      dryRun,
      difference: toldDifference(difference),
      refusal: refusal === undefined ? null : { ...refusal.toPayload() },
    };
  }
  const { replaced, difference, isAwake } = await snapshots.rollBack(cell, to, asked);
  return {
    to,
    dryRun,
    difference: toldDifference(difference),
    replaced: entryJson(replaced),
    awake: isAwake,
  };
}

function primitive(name: 'ping' | 'snapshot' | 'rollback', summary: string, changes: boolean) {
  const input = PRIMITIVE_SCHEMAS[name];
  return {
    name,
    declaration: { name, summary, effect: changes ? 'write' : 'read', input },
    internal: true,
    validate: compileSchema(input),
    // What they change is on disk before they answer; they stand in no inbox unless their sender says so.
    writes: false,
  } as const;
}
