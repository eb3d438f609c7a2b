/** The `models:` of `kai.yaml`, already checked against the schema, and the keys that they need. */

import { OLLAMA_URL, reachOfHost } from '@kai/models/ollama';
import { isJsonObject, type JsonObject, type JsonValue, mayCross, type Reach } from '@kai/protocol';
import type { ModelEntry, ModelsEntry, Secrets } from './config.ts';
import type { Refuse } from './config-from.ts';
import { Secret } from './secret.ts';

export function modelsFrom(body: JsonObject, refuse: Refuse): ModelsEntry {
  const models = body.models;
  if (models === undefined) return { kind: 'discover' };
  if (models === 'none') return { kind: 'none' };
  const entries = listed(models).map(entryFrom);
  const taken = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (taken.has(name))
      refuse(['models', index], `another model is named ${name} already; give each a name of its own`);
    taken.add(name);
    refuseReach(entries[index], index, refuse);
  }
  return { kind: 'listed', models: entries };
}

/** The keys by the model's name. A variable that is not set is a fault at the place that names it. */
export function secretsFrom(
  body: JsonObject,
  keys: Readonly<Record<string, string | undefined>>,
  refuse: Refuse,
): Secrets {
  const secrets = new Map<string, Secret>();
  for (const [index, model] of listed(body.models).entries()) {
    const { apiKey, name } = model;
    if (!isJsonObject(apiKey)) continue;
    const variable = apiKey.env as string;
    const value = keys[variable];
    if (value === undefined || value === '') {
      refuse(
        ['models', index, 'apiKey', 'env'],
        `the environment variable ${variable} is not set; export it before the start`,
      );
    } else secrets.set(name as string, new Secret(value));
  }
  return secrets;
}

function entryFrom(model: JsonObject): ModelEntry {
  const embedModel = model.embedModel as string | undefined;
  if (model.kind === 'ollama') {
    const url = (model.url as string | undefined) ?? OLLAMA_URL;
    return {
      kind: 'ollama',
      name: (model.name as string | undefined) ?? 'ollama',
      url,
      model: model.model as string | undefined,
      embedModel,
      reach: model.reach as Reach | undefined,
    };
  }
  const {
    name,
    url,
    reach,
    model: served,
  } = model as { name: string; url: string; reach: Reach; model: string };
  return { kind: 'openai-compatible', name, url, model: served, embedModel, reach };
}

/** A model cannot reach less far than the host that it runs on. */
function refuseReach(entry: ModelEntry | undefined, index: number, refuse: Refuse): void {
  if (entry?.reach === undefined) return;
  const farthest = URL.canParse(entry.url) ? reachOfHost(entry.url) : 'public';
  if (mayCross(entry.reach, farthest)) return;
  refuse(
    ['models', index, 'reach'],
    `what is sent to ${entry.url} goes as far as ${farthest}; write reach: ${farthest}`,
  );
}

function listed(models: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(models) ? models.filter(isJsonObject) : [];
}
