/** Looks for an Ollama that is running: what a node does at its start when no model is configured. */

import { KaiError } from '@kai/protocol';
import type { Clock } from '@kai/runtime/ports';
import { chooseModels } from './models.ts';
import { ollamaServer } from './runtime.ts';

/** Milliseconds in which an Ollama has to answer a question: on this device it takes a few. */
export const DISCOVER_MS = 1_000;

export interface DiscoveredOllama {
  readonly version: string;
  /** Nothing when no chat model is installed. */
  readonly chatModel?: string;
  readonly embedModel?: string;
}

/**
 * Nothing when no Ollama answers there in time. Models that run elsewhere are passed over.
 *
 * @throws TypeError when the URL is none. @throws KaiError `CANCELLED` when `signal` aborts.
 */
export async function discoverOllama(
  url: string,
  signal: AbortSignal,
  clock: Clock,
): Promise<DiscoveredOllama | undefined> {
  const server = ollamaServer({ url, clock });
  try {
    const { version } = await server.json({ path: '/api/version', signal, firstByteMs: DISCOVER_MS });
    if (typeof version !== 'string') return undefined;
    const { chatModel, embedModel } = await chooseModels(server, signal);
    return {
      version,
      ...(chatModel === undefined ? {} : { chatModel: chatModel.name }),
      ...(embedModel === undefined ? {} : { embedModel: embedModel.name }),
    };
  } catch (error) {
    if (!(error instanceof KaiError) || signal.aborted) throw error;
    return undefined;
  }
}
