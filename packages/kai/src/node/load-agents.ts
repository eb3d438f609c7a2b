/**
 * The agents of a configuration as definitions: files are imported, built-in ones loaded, prompts made into agents,
 * and the settings of each checked against its own schema.
 *
 * Everything that is wrong is told together, at its place in `kai.yaml`; then nothing is started.
 */

import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  compileSchema,
  isJsonObject,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  toJsonSchema,
} from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import type { AgentEntry, LoadedConfig } from '../config/config.ts';
import type { Fault, Path } from '../config/fault.ts';
import { partsOf } from '../config/json-pointer.ts';
import { builtInAgent } from './built-in-agents.ts';
import { provideOwnPackage } from './own-package.ts';
import { promptAgentFrom } from './prompt-agent.ts';

export interface LoadedAgent {
  readonly definition: AgentDefinition;
  /** The name that it is registered by. */
  readonly name: string;
  readonly settings: JsonObject;
  /** Where it stands in the file. */
  readonly at: Path;
}

export type LoadedAgents =
  | { readonly ok: true; readonly agents: readonly LoadedAgent[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export async function loadAgents(loaded: LoadedConfig): Promise<LoadedAgents> {
  const folder = dirname(loaded.config.file);
  const outcomes = await Promise.all(loaded.config.agents.map((entry) => loadAgent(entry, folder)));
  const agents: LoadedAgent[] = [];
  const faults: Fault[] = [];
  const names = new Set<string>();
  for (const outcome of outcomes) {
    if (!outcome.ok) faults.push(...outcome.wrong.map(({ path, message }) => loaded.fault(path, message)));
    else if (names.has(outcome.agent.name))
      faults.push(loaded.fault(outcome.agent.at, twin(outcome.agent.name)));
    else {
      names.add(outcome.agent.name);
      agents.push(outcome.agent);
    }
  }
  return faults.length === 0 ? { ok: true, agents } : { ok: false, faults };
}

interface Wrong {
  readonly path: Path;
  readonly message: string;
}

type Outcome =
  | { readonly ok: true; readonly agent: LoadedAgent }
  | { readonly ok: false; readonly wrong: readonly Wrong[] };

async function loadAgent(entry: AgentEntry, folder: string): Promise<Outcome> {
  const { at } = entry;
  const definition = await definitionOf(entry);
  if (typeof definition === 'string') {
    const key = entry.kind === 'file' ? 'file' : 'use';
    return { ok: false, wrong: [{ path: [...at, key], message: definition }] };
  }
  const given = entry.kind === 'prompt' ? {} : entry.settings;
  const settings = settingsFrom(definition, given, folder);
  if (!settings.ok) {
    const wrong = settings.wrong.map(({ path, message }) => ({
      path: [...at, 'settings', ...path],
      message,
    }));
    return { ok: false, wrong };
  }
  return {
    ok: true,
    agent: { definition, name: entry.name ?? definition.name, settings: settings.value, at },
  };
}

/** The definition, or why there is none. */
async function definitionOf(entry: AgentEntry): Promise<AgentDefinition | string> {
  switch (entry.kind) {
    case 'prompt':
      return promptAgentFrom(entry);
    case 'built-in':
      return builtInAgent(entry.use);
    case 'file':
      return importAgent(entry.file);
  }
}

/** The one agent that a file exports, or why there is none. */
export async function importAgent(file: string): Promise<AgentDefinition | string> {
  provideOwnPackage();
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (error) {
    return whyNotImported(error, file);
  }
  if (isDefinition(exported.default)) return exported.default;
  const found = Object.values(exported).filter(isDefinition);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const what = found.length === 0 ? 'exports no agent' : `exports ${found.length} agents`;
  return `${file} ${what}; write: export default defineAgent({name, summary, intents})`;
}

function whyNotImported(error: unknown, file: string): string {
  const { code, message, url } = error as NodeJS.ErrnoException & { readonly url?: string };
  if (code === 'ERR_MODULE_NOT_FOUND' && url === pathToFileURL(file).href) return `there is no file ${file}`;
  const reason = (message ?? String(error)).split('\n')[0];
  return `${file} cannot be loaded: ${reason}`;
}

function isDefinition(value: unknown): value is AgentDefinition {
  const { name, summary } = (value ?? {}) as Partial<AgentDefinition>;
  return typeof name === 'string' && typeof summary === 'string';
}

type Settings =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly wrong: readonly Wrong[] };

/** Settings whose schema says `format: path` are files or folders, relative to `kai.yaml`. */
function settingsFrom(definition: AgentDefinition, given: JsonObject, folder: string): Settings {
  if (definition.settings === undefined) {
    const [first] = Object.keys(given);
    if (first === undefined) return { ok: true, value: given };
    return {
      ok: false,
      wrong: [{ path: [first], message: `the agent ${definition.name} takes no settings` }],
    };
  }
  const schema = toJsonSchema(definition.settings);
  const misfits = compileSchema(schema)(given);
  if (misfits === undefined) return { ok: true, value: withPaths(schema, given, folder) };
  return { ok: false, wrong: misfits.map(({ path, message }) => ({ path: partsOf(path), message })) };
}

function withPaths(schema: JsonSchema, given: JsonObject, folder: string): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const resolved = Object.entries(given).map(([key, value]): [string, JsonValue] => {
    const property = properties[key];
    const isPath = isJsonObject(property) && property.format === 'path' && typeof value === 'string';
    return [key, isPath ? resolve(folder, value) : value];
  });
  return Object.fromEntries(resolved);
}

function twin(name: string): string {
  return `another agent is named ${name} already; give this one a name of its own with name:`;
}
