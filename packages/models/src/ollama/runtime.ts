/**
 * Ollama as a model runtime: chat over `/api/chat`, vectors over `/api/embed`.
 *
 * The model is looked at before the first use: one that Ollama itself sends elsewhere is refused unless the
 * runtime's reach is public. The trap is Ollama's context: what does not fit is silently cut off, so set
 * `contextTokens` where conversations are long.
 */

import { KaiError, type Reach } from '@kai/protocol';
import type { ChatEvent, ChatRequest, Clock, ModelHealth, ModelRuntime } from '@kai/runtime/ports';
import { ModelServer, type Trouble } from '../http/model-server.ts';
import { batchesOf, haveOneLength, vectorsFrom } from '../http/vectors.ts';
import { LineReader } from '../stream/line-reader.ts';
import { OllamaAnswer } from './answer.ts';
import { canUseTools, chooseModels, QUESTION_MS, showModel } from './models.ts';
import { chatBody, type InstalledModel, isCloudName } from './wire.ts';

export const OLLAMA_URL = 'http://127.0.0.1:11434';

export interface OllamaOptions {
  readonly clock: Clock;
  /** The name in `kai.yaml`; `ollama` when it is not given. */
  readonly name?: string;
  /** {@link OLLAMA_URL} when it is not given. */
  readonly url?: string;
  /** The first chat model that is installed when it is not given, preferably one that can use tools. */
  readonly model?: string;
  /** Without it the runtime has no `embed`. */
  readonly embedModel?: string;
  /** By the URL's host when it is not given: see `reachOfHost`; `public` for a cloud model. */
  readonly reach?: Reach;
  /** Tokens of conversation the model sees; Ollama's default when it is not given. */
  readonly contextTokens?: number;
  /** Whether a model that can think before it answers does; Ollama's default (it does) when it is not given. */
  readonly think?: boolean;
  /** Milliseconds until an answer begins, loading the model included; two minutes when it is not given. */
  readonly firstByteMs?: number;
  /** Milliseconds between two pieces of an answer; one minute when it is not given. */
  readonly idleMs?: number;
}

/** What {@link ModelRuntime.model} says until a model is chosen. */
const NOT_CHOSEN = 'automatic';

/** @throws TypeError when the URL is none, or reaches further than `reach` says. */
export function ollamaRuntime(options: OllamaOptions): ModelRuntime {
  const runtime = new OllamaRuntime(options);
  const { embedModel } = options;
  return {
    name: options.name ?? 'ollama',
    get model() {
      return runtime.model;
    },
    reach: runtime.server.reach,
    where: runtime.server.where,
    health: (signal) => runtime.health(signal),
    chat: (request, signal) => runtime.chat(request, signal),
    ...(embedModel === undefined
      ? {}
      : { embed: (texts, signal) => runtime.embed(embedModel, texts, signal) }),
  };
}

/** The server of a runtime or of a search for one. */
export function ollamaServer(options: OllamaOptions): ModelServer {
  const { url = OLLAMA_URL, model, clock, firstByteMs, idleMs, reach } = options;
  const cloud = model !== undefined && isCloudName(model);
  if (cloud && reach !== undefined && reach !== 'public') {
    throw new TypeError(`${model} runs at ollama.com: its reach must be public, not ${reach}`);
  }
  return new ModelServer({
    name: 'Ollama',
    url,
    reach: reach ?? (cloud ? 'public' : undefined),
    clock,
    firstByteMs,
    idleMs,
    advise: (trouble) => advice(trouble, model),
  });
}

function advice(trouble: Trouble, model: string | undefined): string | undefined {
  if (trouble.kind === 'silent') return 'start it with `ollama serve`, or see that the URL is right';
  if (trouble.status === 404 && /\bmodel\b/i.test(trouble.message)) {
    return `Ollama has no such model: run \`ollama pull ${model ?? 'qwen3'}\``;
  }
  if (/does not support tools/i.test(trouble.message)) {
    return 'this model cannot use tools: choose another one, such as qwen3';
  }
  return undefined;
}

class OllamaRuntime {
  readonly server: ModelServer;
  readonly #options: OllamaOptions;
  #chosen: InstalledModel | undefined;
  #embedder: InstalledModel | undefined;
  /** After a failure the model is looked at again: it may have been removed, or be another one by now. */
  #lookAgain = false;

  constructor(options: OllamaOptions) {
    this.#options = options;
    this.server = ollamaServer(options);
  }

  get model(): string {
    return this.#options.model ?? this.#chosen?.name ?? NOT_CHOSEN;
  }

  async health(signal: AbortSignal): Promise<ModelHealth> {
    try {
      const { version } = await this.server.json({ path: '/api/version', signal, firstByteMs: QUESTION_MS });
      this.#lookAgain = true;
      const model = await this.#usable(signal);
      const tools = canUseTools(model) ? 'can use tools' : 'cannot use tools';
      return { ready: true, detail: `Ollama ${version} has ${model.name}, which ${tools}` };
    } catch (error) {
      if (!(error instanceof KaiError) || signal.aborted) throw error;
      return { ready: false, detail: error.message };
    }
  }

  async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    try {
      yield* this.#answer(request, (await this.#usable(signal)).name, signal);
    } catch (error) {
      this.#lookAgain = true;
      throw error;
    }
  }

  async *#answer(
    request: ChatRequest,
    model: string,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void, undefined> {
    const { contextTokens, think } = this.#options;
    const { server } = this;
    const lines = new LineReader();
    const answer = new OllamaAnswer({ server, idPrefix: `call-${request.turns.length}-` });
    const ask = { path: '/api/chat', body: chatBody(request, { model, contextTokens, think }), signal };
    for await (const bytes of server.pieces(ask, 'application/x-ndjson', () => answer.ended)) {
      const read = lines.push(bytes);
      if (!read.ok) throw server.broken(read.problem.message);
      for (const line of read.value) yield* answer.line(line);
    }
    yield* answer.line(lines.rest());
    if (!answer.ended) throw server.broken('an answer that was cut before its end');
  }

  async embed(
    model: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    this.#embedder ??= await showModel(this.server, model, signal);
    this.#refuseRemote(this.#embedder);
    const vectors: Float32Array[] = [];
    for (const input of batchesOf(texts)) {
      const { embeddings } = await this.server.json({ path: '/api/embed', body: { model, input }, signal });
      const batch = vectorsFrom(embeddings, input.length);
      if (!batch.ok) throw this.server.broken(batch.problem.message);
      vectors.push(...batch.value);
    }
    if (!haveOneLength(vectors)) throw this.server.broken('vectors of different lengths');
    return vectors;
  }

  async #usable(signal: AbortSignal): Promise<InstalledModel> {
    const { model } = this.#options;
    if (this.#chosen === undefined || this.#lookAgain) {
      this.#chosen = await (model === undefined
        ? this.#choose(signal)
        : showModel(this.server, model, signal));
      this.#lookAgain = false;
    }
    return this.#refuseRemote(this.#chosen);
  }

  async #choose(signal: AbortSignal): Promise<InstalledModel> {
    const { chatModel } = await chooseModels(this.server, signal);
    if (chatModel !== undefined) return chatModel;
    const { where } = this.server;
    throw new KaiError(
      'UNAVAILABLE',
      `Ollama answers at ${where}, but has no model: run \`ollama pull qwen3\``,
      {
        retryable: false,
      },
    );
  }

  #refuseRemote(model: InstalledModel): InstalledModel {
    if (!model.remote || this.server.reach === 'public') return model;
    const { reach } = this.server;
    throw new KaiError(
      'REACH_DENIED',
      `Ollama sends what is said to ${model.name} to another host; its reach here is only ${reach}`,
    );
  }
}
