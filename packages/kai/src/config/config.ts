/** The configuration of a node, validated: what the rest of the product works with. */

import type { JsonObject, NodeAddress, Reach } from '@kai/protocol';
import type { Rule } from '@kai/runtime';
import type { Fault, Path } from './fault.ts';
import type { BUILT_IN_AGENTS, JOURNALS, TOPOLOGIES } from './schema.ts';
import type { Secret } from './secret.ts';

export interface Config {
  /** The file that it was read from, absolute. */
  readonly file: string;
  readonly address: NodeAddress;
  readonly topology: (typeof TOPOLOGIES)[number];
  /** The folder of everything that is kept, absolute. */
  readonly data: string;
  readonly reach: Reach;
  /** TCP port on 127.0.0.1; 0 takes any that is free. */
  readonly port: number;
  readonly agents: readonly AgentEntry[];
  readonly rules: readonly Rule[];
  readonly models: ModelsEntry;
  readonly journal: (typeof JOURNALS)[number];
  readonly traceEntries: number;
  readonly retention: Retention;
}

export interface Retention {
  readonly entries: number;
  readonly days: number;
}

interface AgentPlace {
  /** Where it stands in the file, for faults that are found later. */
  readonly at: Path;
}

export type AgentEntry =
  | (AgentPlace & {
      readonly kind: 'file';
      /** Absolute. */
      readonly file: string;
      readonly name: string | undefined;
      readonly settings: JsonObject;
    })
  | (AgentPlace & {
      readonly kind: 'built-in';
      readonly use: (typeof BUILT_IN_AGENTS)[number];
      readonly name: string | undefined;
      readonly settings: JsonObject;
    })
  | (AgentPlace & {
      readonly kind: 'prompt';
      readonly name: string;
      readonly prompt: string;
      readonly intents: readonly string[];
      readonly phrases: readonly string[];
      readonly model: string | undefined;
      readonly summary: string | undefined;
    });

export type ModelsEntry =
  | { readonly kind: 'discover' }
  | { readonly kind: 'none' }
  | { readonly kind: 'listed'; readonly models: readonly ModelEntry[] };

interface ModelTraits {
  readonly name: string;
  readonly url: string;
  readonly embedModel: string | undefined;
}

export type ModelEntry =
  | (ModelTraits & {
      readonly kind: 'ollama';
      /** The first that Ollama has when nothing is said. */
      readonly model: string | undefined;
      /** As its url and model have it when nothing is said. */
      readonly reach: Reach | undefined;
    })
  | (ModelTraits & { readonly kind: 'openai-compatible'; readonly model: string; readonly reach: Reach });

/** Keys of models by the model's name: kept apart, so that a configuration can be printed. */
export type Secrets = ReadonlyMap<string, Secret>;

export interface LoadedConfig {
  readonly config: Config;
  readonly secrets: Secrets;
  /** A fault at a place of the file, for what is found wrong after loading. */
  readonly fault: (path: Path, message: string, at?: 'key' | 'value') => Fault;
}

export type ConfigOutcome =
  | { readonly ok: true; readonly loaded: LoadedConfig }
  | { readonly ok: false; readonly faults: readonly Fault[] };
