/**
 * A definition, checked and made ready: schemas compiled, patterns parsed, the manifest written once.
 *
 * Every instance of a definition shares one of these.
 */

import {
  compileSchema,
  type IntentDeclaration,
  isIntentName,
  isPrimitive,
  type JsonSchema,
  type JsonValue,
  parseAddress,
  parseTopicPattern,
  type TopicPattern,
  toJsonSchema,
  type Validator,
} from '@kai/protocol';
import { KEEP_DEFAULT, KEEP_MAX } from '../snapshots/retention.ts';
import { checkSupervision, type Supervision } from '../supervision/supervision.ts';
import type { MessageHandling } from './context.ts';
import {
  type AgentDefinition,
  type Answer,
  INTENTS_MAX,
  type IntentDefinition,
  MAILBOX_MAX,
  SNAPSHOT_EVERY_MIN_MS,
} from './definition.ts';

export interface CompiledIntent {
  readonly name: string;
  readonly declaration: IntentDeclaration;
  readonly internal: boolean;
  /** Nothing when any payload is taken. */
  readonly validate: Validator | undefined;
  readonly writes: boolean;
  readonly handler: (input: JsonValue, handling: MessageHandling) => Answer;
  /** A snapshot or a rollback: it makes the agent's messages wait instead of waiting among them. */
  readonly isControl?: true;
}

export interface CompiledTopic {
  readonly pattern: TopicPattern;
  readonly intent: CompiledIntent;
}

export interface CompiledAgent {
  readonly definition: AgentDefinition;
  readonly intents: ReadonlyMap<string, CompiledIntent>;
  readonly topics: readonly CompiledTopic[];
  /** What others are told; without the internal intents. */
  readonly declarations: readonly IntentDeclaration[];
  readonly settings: Validator | undefined;
  readonly concurrency: number;
  readonly mailboxMax: number;
  readonly supervision: Supervision;
}

/** Takes any payload. */
const ANYTHING: JsonSchema = {};

/** A sane bound for what one agent does side by side. */
const CONCURRENCY_MAX = 10_000;

/** @throws TypeError that names the agent, the place and the reason. */
export function compileAgent(definition: AgentDefinition): CompiledAgent {
  const refuse = (reason: string): never => {
    throw new TypeError(`agent ${definition.name}: ${reason}`);
  };
  checkNames(definition, refuse);
  const entries = Object.entries(definition.intents ?? {});
  if (entries.length > INTENTS_MAX)
    refuse(`has ${entries.length} intents; at most ${INTENTS_MAX} are allowed`);
  const intents = new Map(entries.map(([name, intent]) => [name, compileIntent(name, intent, refuse)]));
  checkSnapshots(definition, refuse);
  const { concurrency = 1, mailboxMax = MAILBOX_MAX, settings } = definition;
  if (!isWithin(concurrency, CONCURRENCY_MAX))
    refuse(`concurrency is 1 to ${CONCURRENCY_MAX}; got ${concurrency}`);
  if (!isWithin(mailboxMax, 1_000_000)) refuse(`mailboxMax is 1 to 1000000; got ${mailboxMax}`);
  return {
    definition,
    intents,
    topics: Object.entries(definition.topics ?? {}).map((entry) => compileTopic(entry, refuse)),
    declarations: [...intents.values()]
      .filter(({ internal }) => !internal)
      .map(({ declaration }) => declaration),
    settings: settings === undefined ? undefined : compileSchema(toJsonSchema(settings)),
    concurrency,
    mailboxMax,
    supervision: checkSupervision(definition.supervision),
  };
}

type Refuse = (reason: string) => never;

function checkNames(definition: AgentDefinition, refuse: Refuse): void {
  const own = parseAddress(`kai://owner.device.${definition.name}`);
  if (!own.ok) refuse(`its name does not fit an address: ${own.problem.message}`);
  for (const service of definition.services ?? []) {
    const known = parseAddress(`kai://agent.${service}`);
    if (!known.ok) refuse(`service ${service}: ${known.problem.message}`);
  }
}

function checkSnapshots({ snapshots = {} }: AgentDefinition, refuse: Refuse): void {
  const { everyMs = SNAPSHOT_EVERY_MIN_MS, keep = KEEP_DEFAULT } = snapshots;
  if (!(everyMs >= SNAPSHOT_EVERY_MIN_MS))
    refuse(`snapshots.everyMs is at least ${SNAPSHOT_EVERY_MIN_MS}; got ${everyMs}`);
  if (!isWithin(keep, KEEP_MAX)) refuse(`snapshots.keep is 1 to ${KEEP_MAX}; got ${keep}`);
}

function compileIntent(name: string, intent: IntentDefinition, refuse: Refuse): CompiledIntent {
  if (!isIntentName(name)) refuse(`intent ${name}: a dotted name of 1 to 128 letters, digits, _ and -`);
  if (isPrimitive(name)) refuse(`intent ${name}: this name is reserved for the protocol`);
  if (intent.summary === '') refuse(`intent ${name}: the summary is empty`);
  const input =
    intent.input === undefined ? undefined : compileAt(`intent ${name}, input`, intent.input, refuse);
  const output =
    intent.output === undefined ? undefined : compileAt(`intent ${name}, output`, intent.output, refuse);
  const effect = intent.effect ?? 'read';
  return {
    name,
    declaration: {
      name,
      summary: intent.summary,
      effect,
      input: input?.schema ?? ANYTHING,
      ...(output === undefined ? {} : { output: output.schema }),
      ...(intent.phrases === undefined ? {} : { phrases: intent.phrases }),
      ...(intent.examples === undefined ? {} : { examples: intent.examples }),
      ...(intent.synonyms === undefined ? {} : { synonyms: intent.synonyms }),
    },
    internal: intent.internal ?? false,
    validate: input?.validate,
    writes: effect === 'write',
    // Bound here, so that a handler may be written as a method of its intent.
    handler: intent.handler.bind(intent),
  };
}

function compileAt(
  place: string,
  source: object,
  refuse: Refuse,
): { schema: JsonSchema; validate: Validator } {
  try {
    const schema = toJsonSchema(source);
    return { schema, validate: compileSchema(schema) };
  } catch (error) {
    return refuse(`${place}: ${error instanceof Error ? error.message : error}`);
  }
}

function compileTopic(
  [text, hear]: readonly [string, (payload: JsonValue, handling: MessageHandling) => Answer],
  refuse: Refuse,
): CompiledTopic {
  const pattern = parseTopicPattern(text);
  if (!pattern.ok) return refuse(`topic ${text}: ${pattern.problem.message}`);
  const declaration = { name: text, summary: `hears ${text}`, effect: 'read', input: ANYTHING } as const;
  const intent = {
    name: text,
    declaration,
    internal: true,
    validate: undefined,
    writes: false,
    handler: hear,
  };
  return { pattern: pattern.value, intent };
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
