/**
 * A scenario of `kai sim` from its YAML file, with the definitions of its agents.
 *
 * An agent's `use:` (or its name, when it has none) is a file relative to the scenario's, or the name of an agent of the
 * `kai.yaml` that was given or is nearest to the scenario; that one's settings hold unless the scenario has its own.
 */

import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { compileSchema, describeMisfits, type JsonObject, KaiError, toJsonSchema } from '@kai/protocol';
import type { AgentDefinition } from '@kai/runtime';
import { parseScenario, type Resolve, type Scenario, type ScenarioAgent } from '@kai/simulator';
import { type ConfigDocument, parseConfigDocument } from '../../config/document.ts';
import type { Fault } from '../../config/fault.ts';
import { findConfig } from '../../config/find-config.ts';
import { partsOf } from '../../config/json-pointer.ts';
import { loadConfig, type Surroundings } from '../../config/load.ts';
import { importAgent, loadAgents } from '../../node/load-agents.ts';

export interface ScenarioOptions {
  /** The scenario's file, relative to the working folder. */
  readonly file: string;
  /** The `kai.yaml`; default: the nearest to the scenario. */
  readonly config?: string | undefined;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly resolve: Resolve;
}

export type ScenarioOutcome =
  | { readonly ok: true; readonly loaded: LoadedScenario }
  | { readonly ok: false; readonly faults: readonly Fault[] };

interface Found {
  readonly definition: AgentDefinition;
  readonly settings: JsonObject;
}

/** Where an agent comes from: a file is one by its ending. */
const IS_FILE = /\.[cm]?[jt]s$/;

export async function loadScenario(options: ScenarioOptions, at: Surroundings): Promise<ScenarioOutcome> {
  const file = resolve(at.folder, options.file);
  const source = relative(at.folder, file);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return refused({ source, path: [], message: `cannot be read (${bytes.code})` });
  const read = parseConfigDocument(bytes, source);
  if (!read.ok) return read;
  const { document } = read;
  const parsed = parseScenario(document.value);
  if (!parsed.ok) return { ok: false, faults: [scenarioFault(document, parsed.problem.message)] };
  return findAgents(parsed.value, document, file, options, at);
}

async function findAgents(
  scenario: Scenario,
  document: ConfigDocument,
  file: string,
  options: ScenarioOptions,
  at: Surroundings,
): Promise<ScenarioOutcome> {
  const uses = new Set(scenario.agents.map(useOf));
  const listed = [...uses].some((use) => !IS_FILE.test(use))
    ? await configuredAgents(options.config ?? (await findConfig(dirname(file))), at)
    : new Map<string, Found>();
  if (!(listed instanceof Map)) return listed;
  const found = new Map<string, Found>(listed);
  const faults: Fault[] = [];
  for (const [index, agent] of scenario.agents.entries()) {
    const use = useOf(agent);
    const one = found.get(use) ?? (await fromFile(use, dirname(file)));
    if (typeof one === 'string') faults.push(document.fault(['agents', index], one));
    else {
      found.set(use, one);
      const wrong = misfitOf(one.definition, agent.settings ?? one.settings);
      if (wrong !== undefined) faults.push(document.fault(['agents', index, 'settings'], wrong));
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, loaded: { scenario: withSettings(scenario, found), resolve: resolverOf(found) } };
}

function useOf({ name, use = name }: ScenarioAgent): string {
  return use;
}

async function fromFile(use: string, folder: string): Promise<Found | string> {
  if (!IS_FILE.test(use)) {
    return `no agent ${use} is in the kai.yaml beside this; name its file with use: ./agents/${use}.ts`;
  }
  const definition = await importAgent(resolve(folder, use));
  return typeof definition === 'string' ? definition : { definition, settings: {} };
}

/** The agents of a `kai.yaml` by their names; none when there is no such file. */
async function configuredAgents(
  config: string | undefined,
  at: Surroundings,
): Promise<Map<string, Found> | { readonly ok: false; readonly faults: readonly Fault[] }> {
  if (config === undefined) return new Map();
  const loaded = await loadConfig({ config }, at);
  if (!loaded.ok) return loaded;
  const agents = await loadAgents(loaded.loaded);
  if (!agents.ok) return agents;
  return new Map(agents.agents.map(({ name, definition, settings }) => [name, { definition, settings }]));
}

/** Why settings do not fit their agent, before a world is made of it. */
function misfitOf({ settings }: AgentDefinition, given: JsonObject): string | undefined {
  if (settings === undefined) return undefined;
  const misfits = compileSchema(toJsonSchema(settings))(given);
  return misfits === undefined ? undefined : describeMisfits(misfits);
}

function withSettings(scenario: Scenario, found: ReadonlyMap<string, Found>): Scenario {
  const agents = scenario.agents.map((agent) => ({
    ...agent,
    settings: agent.settings ?? found.get(useOf(agent))?.settings ?? {},
  }));
  return { ...scenario, agents };
}

function resolverOf(found: ReadonlyMap<string, Found>): Resolve {
  return (name) => {
    const one = found.get(name);
    if (one === undefined) throw new KaiError('INTERNAL', `${name} is no agent of the scenario`);
    return one.definition;
  };
}

function refused(fault: Pick<Fault, 'source' | 'path' | 'message'>): ScenarioOutcome {
  return { ok: false, faults: [{ ...fault, position: undefined, line: undefined }] };
}

/** The simulator says where as a JSON Pointer before its words. */
function scenarioFault(document: ConfigDocument, problem: string): Fault {
  const [, pointer = '', words = problem] = /^(\/\S+) (.*)$/s.exec(problem) ?? [];
  return document.fault(partsOf(pointer), words);
}
