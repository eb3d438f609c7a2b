/**
 * The language models of a node. Listed ones are there from the start; without a list Ollama is looked for in the
 * background, again and again while there is none, so that the start waits for nobody and Ollama may come later.
 */

import { discoverOllama, OLLAMA_URL, ollamaRuntime } from '@kai/models/ollama';
import { openAiRuntime } from '@kai/models/openai-compatible';
import type { Clock, Log, ModelRuntime, Timer } from '@kai/runtime/ports';
import type { ModelEntry, ModelsEntry, Secrets } from '../config/config.ts';

/** How often Ollama is looked for while it is not there, in milliseconds. */
export const LOOK_MS = 30_000;

export interface OpenModels extends AsyncDisposable {
  /** The preferred one first. Grows when Ollama is found. */
  readonly list: readonly ModelRuntime[];
  /** Resolves once it has been looked for Ollama for the first time, or at once when models are listed. */
  readonly looked: Promise<void>;
}

export interface ModelsSource {
  readonly entry: ModelsEntry;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  /** Where Ollama is looked for; differs in tests only. */
  readonly ollamaUrl?: string;
}

export function openModels(source: ModelsSource): OpenModels {
  const { entry, secrets, clock } = source;
  switch (entry.kind) {
    case 'none':
      return standing([]);
    case 'listed':
      return standing(entry.models.map((model) => runtimeOf(model, secrets, clock)));
    case 'discover':
      return lookForOllama(source);
  }
}

function standing(list: readonly ModelRuntime[]): OpenModels {
  return { list, looked: Promise.resolve(), async [Symbol.asyncDispose]() {} };
}

function runtimeOf(entry: ModelEntry, secrets: Secrets, clock: Clock): ModelRuntime {
  const { name, url, model, embedModel, reach } = entry;
  const traits = {
    name,
    url,
    clock,
    ...(embedModel === undefined ? {} : { embedModel }),
    ...(reach === undefined ? {} : { reach }),
  };
  if (entry.kind === 'ollama') return ollamaRuntime({ ...traits, ...(model === undefined ? {} : { model }) });
  const secret = secrets.get(name);
  return openAiRuntime({
    ...traits,
    reach: entry.reach,
    model: entry.model,
    ...(secret === undefined ? {} : { apiKey: () => secret.reveal() }),
  });
}

function lookForOllama({ clock, log, ollamaUrl: url = OLLAMA_URL }: ModelsSource): OpenModels {
  const list: ModelRuntime[] = [];
  const closed = new AbortController();
  let timer: Timer | undefined;
  const look = async (): Promise<void> => {
    const found = await discoverOllama(url, closed.signal, clock).catch(() => undefined);
    if (closed.signal.aborted) return;
    if (found?.chatModel === undefined) {
      timer = clock.after(LOOK_MS, () => {
        looking = look();
      });
      return;
    }
    const { chatModel, embedModel, version } = found;
    list.push(
      ollamaRuntime({ clock, url, model: chatModel, ...(embedModel === undefined ? {} : { embedModel }) }),
    );
    log.info({ model: chatModel, version }, 'Ollama was found');
  };
  let looking = look();
  return {
    list,
    looked: looking,
    async [Symbol.asyncDispose]() {
      closed.abort();
      timer?.cancel();
      await looking;
    },
  };
}
