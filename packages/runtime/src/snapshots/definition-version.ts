/**
 * Which logic an agent runs: its version, tied to a hash of its definition and its settings.
 *
 * Handlers go into the hash as the source text that the engine has of them. What they import from elsewhere does not,
 * nor what they close over: two equal hashes are a good sign and no proof.
 */

import { type JsonObject, type JsonValue, type SchemaSource, toJsonSchema } from '@kai/protocol';
import type { AgentDefinition, IntentDefinition } from '../agents/definition.ts';
import type { BundleVersion } from './bundle.ts';
import { canonicalText } from './canonical.ts';
import { sha256 } from './sha256.ts';

export function versionOf(definition: AgentDefinition, settings: JsonObject): BundleVersion {
  const { name, version = '0.0.0', services = [], intents = {}, topics = {} } = definition;
  const logic: JsonObject = {
    name,
    version,
    services,
    intents: mapped(intents, intentText),
    topics: mapped(topics, sourceOf),
    start: sourceOf(definition.start),
    stop: sourceOf(definition.stop),
    schema: schemaOf(definition.settings),
    settings,
  };
  return { semver: version, code: sha256(new TextEncoder().encode(canonicalText(logic))) };
}

function intentText(intent: IntentDefinition): JsonValue {
  const { summary, effect = 'read', phrases = [], examples = [], synonyms = {}, internal = false } = intent;
  return {
    summary,
    effect,
    phrases,
    examples,
    synonyms: { ...synonyms },
    internal,
    input: schemaOf(intent.input),
    output: schemaOf(intent.output),
    handler: sourceOf(intent.handler),
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, text: (value: T) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, text(value)]));
}

/** Registering has compiled it: it is JSON. */
function schemaOf(source: SchemaSource | undefined): JsonValue {
  return source === undefined ? null : (JSON.parse(JSON.stringify(toJsonSchema(source))) as JsonValue);
}

function sourceOf(run: ((...args: never[]) => unknown) | undefined): JsonValue {
  return run === undefined ? null : Function.prototype.toString.call(run);
}
