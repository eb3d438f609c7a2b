/** The `agents:` of `kai.yaml`, already checked against the schema, as entries that say where they stood. */

import { basename, resolve } from 'node:path';
import type { JsonObject, JsonValue } from '@kai/protocol';
import type { AgentEntry } from './config.ts';
import type { Refuse } from './config-from.ts';
import type { BUILT_IN_AGENTS } from './schema.ts';

export interface AgentsPlace {
  /** What files are relative to. */
  readonly folder: string;
  /** In place of the folder in the settings of the agent `documents`. */
  readonly documents: string | undefined;
}

export function agentsFrom(body: JsonObject, place: AgentsPlace, refuse: Refuse): readonly AgentEntry[] {
  const listed = (body.agents ?? []) as readonly JsonObject[];
  const agents = listed.map((agent, index) => entryFrom(agent, ['agents', index], place.folder));
  refuseTwins(agents, refuse);
  if (place.documents === undefined) return agents;
  const folder = place.documents;
  if (!agents.some(isDocuments)) {
    refuse(['agents'], '--documents needs the agent documents; add {file: ./agents/documents.ts} here');
  }
  return agents.map((agent) =>
    isDocuments(agent) && agent.kind !== 'prompt'
      ? { ...agent, settings: { ...agent.settings, folder } }
      : agent,
  );
}

function entryFrom(agent: JsonObject, at: readonly (string | number)[], folder: string): AgentEntry {
  const name = agent.name as string | undefined;
  const settings = (agent.settings ?? {}) as JsonObject;
  if (agent.file !== undefined) {
    return { kind: 'file', at, file: resolve(folder, agent.file as string), name, settings };
  }
  if (agent.use !== undefined) {
    return { kind: 'built-in', at, use: agent.use as (typeof BUILT_IN_AGENTS)[number], name, settings };
  }
  return {
    kind: 'prompt',
    at,
    name: name ?? '',
    prompt: agent.prompt as string,
    intents: (agent.intents ?? []) as readonly string[],
    phrases: (agent.phrases ?? []) as readonly string[],
    model: agent.model as string | undefined,
    summary: agent.summary as string | undefined,
  };
}

/** Two agents that are given the same name; names from definitions are compared when they are registered. */
function refuseTwins(agents: readonly AgentEntry[], refuse: Refuse): void {
  const taken = new Set<JsonValue>();
  for (const { name, at } of agents) {
    if (name === undefined) continue;
    if (taken.has(name)) refuse([...at, 'name'], `another agent is named ${name} already; names are unique`);
    taken.add(name);
  }
}

function isDocuments(agent: AgentEntry): boolean {
  const byFile = agent.kind === 'file' && /^documents\.[cm]?[jt]s$/.test(basename(agent.file));
  return agent.name === 'documents' || (agent.name === undefined && byFile);
}
