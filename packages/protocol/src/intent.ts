/**
 * Intents: what an agent can be asked, as it is told to others (protocol §2; the manifest's `interfaces`).
 */

import type { JsonSchema } from './schema.ts';

/**
 * Whether handling an intent changes state. Intents that do travel `durable` unless the sender says
 * otherwise.
 */
export type Effect = 'read' | 'write';

export interface IntentDeclaration {
  readonly name: string;
  /** One sentence for people and for models that may call it. */
  readonly summary: string;
  readonly effect: Effect;
  readonly input: JsonSchema;
  readonly output?: JsonSchema;
  /**
   * Sentence templates that mean this intent: words, `{slot}` for a payload member, `(this|that)` for
   * alternatives, `[please]` for words that may be missing.
   */
  readonly phrases?: readonly string[];
  /** What a person would say to mean this intent: shown as a suggestion, and to models. */
  readonly examples?: readonly string[];
  /** Words that may stand for another in the phrases: `{ remind: ['tell', 'wake'] }`. */
  readonly synonyms?: Readonly<Record<string, readonly string[]>>;
}

/** Intents that every node understands (protocol §3). No agent may declare one of these names. */
export const PRIMITIVES = [
  'ping',
  'pong',
  'pulse',
  'heartbeat',
  'snapshot',
  'rollback',
  'disconnect',
  'handover',
] as const;
export type Primitive = (typeof PRIMITIVES)[number];

export function isPrimitive(intent: string): intent is Primitive {
  return (PRIMITIVES as readonly string[]).includes(intent);
}
