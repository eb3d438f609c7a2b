/**
 * The agent sync primitives' payloads (protocol §3): what each carries, as types and as JSON Schema.
 */

import type { Primitive } from './intent.ts';
import type { JsonSchema } from './schema.ts';

/** How well an agent or a node is: as the registrar tells it. */
export const HEALTHS = ['alive', 'busy', 'suspect', 'dead', 'left'] as const;
export type Health = (typeof HEALTHS)[number];

export interface Ping {
  /** Sent back unchanged. */
  readonly nonce?: string;
}

export interface Pong {
  readonly nonce?: string;
  /** Grows by one at each restart of the answering node or agent. */
  readonly incarnation: number;
  /** Share of its capacity in use, 0 to 1. */
  readonly load: number;
}

export interface Pulse {
  readonly address: string;
  readonly incarnation: number;
  readonly load: number;
  /** Version of the orchestration table that the node works by. */
  readonly table: number;
}

export interface Heartbeat {
  readonly health: Health;
  /** Messages waiting in the mailbox. */
  readonly queue: number;
}

export interface SnapshotRequest {
  /** Why it is taken, for the person who finds it later. */
  readonly note?: string;
}

export interface RollbackRequest {
  /** The id of the snapshot to restore. */
  readonly to: string;
  /** Only report what would change. */
  readonly dryRun?: boolean;
}

export interface Disconnect {
  readonly reason?: string;
}

export interface HandoverRequest {
  /** The node that shall own the agent: a node's address. */
  readonly to: string;
}

const unit = { type: 'number', minimum: 0, maximum: 1 } as const;
const count = { type: 'integer', minimum: 0 } as const;
const text = { type: 'string', maxLength: 1024 } as const;

function record(properties: JsonSchema, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The schema of each primitive's payload. */
export const PRIMITIVE_SCHEMAS: Readonly<Record<Primitive, JsonSchema>> = {
  ping: record({ nonce: text }),
  pong: record({ nonce: text, incarnation: count, load: unit }, ['incarnation', 'load']),
  pulse: record({ address: text, incarnation: count, load: unit, table: count }, [
    'address',
    'incarnation',
    'load',
    'table',
  ]),
  heartbeat: record({ health: { enum: HEALTHS }, queue: count }, ['health', 'queue']),
  snapshot: record({ note: text }),
  rollback: record({ to: text, dryRun: { type: 'boolean' } }, ['to']),
  disconnect: record({ reason: text }),
  handover: record({ to: text }, ['to']),
};
