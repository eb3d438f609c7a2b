/**
 * What an Ollama has installed, and which of it to use when nobody says.
 *
 * A model that runs elsewhere is never chosen without being named, because what is sent to it leaves this device.
 */

import type { ModelServer } from '../http/model-server.ts';
import { type InstalledModel, installedFrom } from './wire.ts';

/** Models that are looked at one by one, in the order of the list (newest first). */
const LOOKED_AT_MAX = 32;

/** Families of models that only embed, for servers that do not tell capabilities. */
const EMBEDDING_FAMILIES = /bert/i;

export interface Choice {
  readonly chatModel: InstalledModel | undefined;
  readonly embedModel: InstalledModel | undefined;
}

/** The first chat model that can use tools, else the first; and the first that embeds. */
export async function chooseModels(server: ModelServer, signal: AbortSignal): Promise<Choice> {
  const { models } = await server.json({ path: '/api/tags', signal, firstByteMs: QUESTION_MS });
  const listed = Array.isArray(models) ? models.map((entry) => installedFrom(entry)) : [];
  let chatModel: InstalledModel | undefined;
  let embedModel: InstalledModel | undefined;
  for (const model of listed.slice(0, LOOKED_AT_MAX)) {
    if (model === undefined || model.remote) continue;
    const known = model.capabilities === undefined ? await showModel(server, model.name, signal) : model;
    if (known.remote) continue;
    if (canEmbed(known)) embedModel ??= known;
    if (canChat(known) && (chatModel === undefined || (canUseTools(known) && !canUseTools(chatModel)))) {
      chatModel = known;
    }
  }
  return { chatModel, embedModel };
}

/** Milliseconds for a question that no model has to be loaded for. */
export const QUESTION_MS = 5_000;

export async function showModel(
  server: ModelServer,
  name: string,
  signal: AbortSignal,
): Promise<InstalledModel> {
  const shown = await server.json({
    path: '/api/show',
    body: { model: name },
    signal,
    firstByteMs: QUESTION_MS,
  });
  const model = installedFrom(shown, name);
  if (model === undefined) throw server.broken('a model without a name');
  return model;
}

export function canUseTools({ capabilities }: InstalledModel): boolean {
  return capabilities?.includes('tools') === true;
}

function canChat({ capabilities, family }: InstalledModel): boolean {
  return capabilities === undefined ? !EMBEDDING_FAMILIES.test(family) : capabilities.includes('completion');
}

function canEmbed({ capabilities, family }: InstalledModel): boolean {
  return capabilities === undefined ? EMBEDDING_FAMILIES.test(family) : capabilities.includes('embedding');
}
