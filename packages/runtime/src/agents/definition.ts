/**
 * What an agent is: its name, the intents it takes, the topics it hears, and how it begins.
 *
 * A definition is plain data and functions, shared by every instance made of it; what belongs to one
 * instance lives in its cell.
 */

import type { Admits, Effect, JsonValue, SchemaSource } from '@kai/protocol';
import type { Supervision } from '../supervision/supervision.ts';
import type { AgentContext, MessageHandling } from './context.ts';

/** What a handler ends with. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement is a handler
export type Answered = JsonValue | undefined | void;

/** What a handler gives back: an answer, or parts of one followed by its end. */
export type Answer = Answered | Promise<Answered> | AsyncGenerator<JsonValue, Answered>;

interface IntentTraits {
  /** One sentence for people and for models that may call it. */
  readonly summary: string;
  readonly output?: SchemaSource;
  /** Default `read`. A `write` intent travels `durable` unless its sender says otherwise. */
  readonly effect?: Effect;
  /** Sentences that mean this intent; see `IntentDeclaration.phrases`. */
  readonly phrases?: readonly string[];
  /** What a person would say to mean this; see `IntentDeclaration.examples`. */
  readonly examples?: readonly string[];
  readonly synonyms?: Readonly<Record<string, readonly string[]>>;
  /** Not offered to models as a tool nor to people as an ability. */
  readonly internal?: boolean;
}

export interface IntentDefinition extends IntentTraits {
  /** What the payload must be; anything when absent. */
  readonly input?: SchemaSource;
  handler(input: JsonValue, handling: MessageHandling): Answer;
}

/** An intent as its author writes it: the handler's input has the type that the schema admits. */
export interface TypedIntent<S> extends IntentTraits {
  readonly input?: S;
  handler(input: Admits<S>, handling: MessageHandling): Answer;
}

/** An intent whose handler's input type follows from its schema. */
export function defineIntent<const S>(intent: TypedIntent<S>): IntentDefinition {
  // Sound because a handler is only ever given payloads that its own schema admitted.
  return intent as IntentDefinition;
}

/** When an agent is captured without being asked to, and for how long that is kept. */
export interface SnapshotPlan {
  /** Milliseconds between two looks whether something has changed, at least {@link SNAPSHOT_EVERY_MIN_MS}; never when absent. */
  readonly everyMs?: number;
  /** Also when it leaves, if something has changed. */
  readonly onLeave?: boolean;
  /** Snapshots of each kind (manual, auto, rollback) that are kept, 1 to 1000; default 10. */
  readonly keep?: number;
}

/** Capturing reads and writes all that an agent keeps. */
export const SNAPSHOT_EVERY_MIN_MS = 1_000;

export interface AgentDefinition {
  /** One label, or several parted by dots. */
  readonly name: string;
  readonly summary: string;
  /** Semantic version; `0.0.0` when absent. */
  readonly version?: string;
  /** Services that it serves besides the one of its own name. */
  readonly services?: readonly string[];
  readonly intents?: Readonly<Record<string, IntentDefinition>>;
  /** Handlers of events by topic pattern, such as `tasks:vision.*`. */
  readonly topics?: Readonly<Record<string, (payload: JsonValue, handling: MessageHandling) => Answer>>;
  /**
   * Messages handled at the same time; default 1, so that a handler never meets its own half-done work.
   * Raise it for agents that mostly wait for others.
   */
  readonly concurrency?: number;
  /** Messages that may wait; default {@link MAILBOX_MAX}. */
  readonly mailboxMax?: number;
  /** When it is started anew after it has failed as a whole; what is left out is as in `SUPERVISION_DEFAULT`. */
  readonly supervision?: Partial<Supervision>;
  /** When it is captured of its own accord, and how many snapshots of it are kept. */
  readonly snapshots?: SnapshotPlan;
  /** What `settings:` of this agent in `kai.yaml` must be. */
  readonly settings?: SchemaSource;
  /** Runs before the first message, and again after each restart. */
  readonly start?: (context: AgentContext) => void | Promise<void>;
  /** Runs after the last message. */
  readonly stop?: (context: AgentContext) => void | Promise<void>;
}

/** Messages that may wait for one agent unless its definition says otherwise. */
export const MAILBOX_MAX = 1024;
/** Intents that one agent may declare. */
export const INTENTS_MAX = 256;

/** Gives the definition its type; checks nothing, which registering does. */
export function defineAgent(definition: AgentDefinition): AgentDefinition {
  return definition;
}
