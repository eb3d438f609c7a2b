/**
 * Any server that follows OpenAI's chat API as a model runtime: llama.cpp, vLLM, MLC, LM Studio, OpenAI and others.
 *
 * A model that was named is served or it is not: this adapter chooses none. Thinking that servers send apart from
 * the answer (`reasoning_content`) is passed over.
 */

import { isJsonObject, KaiError, type Reach } from '@kai/protocol';
import type { ChatEvent, ChatRequest, Clock, ModelHealth, ModelRuntime } from '@kai/runtime/ports';
import { ModelServer, type Trouble } from '../http/model-server.ts';
import { batchesOf, haveOneLength, vectorsFrom } from '../http/vectors.ts';
import { EventReader } from '../stream/event-reader.ts';
import { CompletionAnswer } from './answer.ts';
import { chatBody, type TokensMaxField } from './wire.ts';

export interface OpenAiOptions {
  readonly clock: Clock;
  /** The name in `kai.yaml`. */
  readonly name: string;
  /**
   * The server's address; `/v1` is added when it has no path. Where the API stands under another path, give the
   * whole of it: `https://openrouter.ai/api/v1`.
   */
  readonly url: string;
  readonly model: string;
  /** Without it the runtime has no `embed`. */
  readonly embedModel?: string;
  /** Asked at each request, so that a changed key counts at once. Nothing for servers without one. */
  readonly apiKey?: () => string | undefined;
  /** By the URL's host when it is not given: see `reachOfHost`. */
  readonly reach?: Reach;
  /** `max_tokens` when it is not given; newer models at OpenAI want `max_completion_tokens`. */
  readonly tokensMaxField?: TokensMaxField;
  /** Milliseconds until an answer begins; two minutes when it is not given. */
  readonly firstByteMs?: number;
  /** Milliseconds between two pieces of an answer; one minute when it is not given. */
  readonly idleMs?: number;
}

/** Milliseconds for a question that no model has to be loaded for. */
const QUESTION_MS = 5_000;

/** Models named to a person when the wanted one is not among them. */
const NAMED_MAX = 5;

/** @throws TypeError when the URL is none, holds credentials, or reaches further than `reach` says. */
export function openAiRuntime(options: OpenAiOptions): ModelRuntime {
  const runtime = new OpenAiRuntime(options);
  const { embedModel } = options;
  return {
    name: options.name,
    model: options.model,
    reach: runtime.server.reach,
    where: runtime.server.where,
    health: (signal) => runtime.health(signal),
    chat: (request, signal) => runtime.chat(request, signal),
    ...(embedModel === undefined
      ? {}
      : { embed: (texts, signal) => runtime.embed(embedModel, texts, signal) }),
  };
}

function serverOf({
  name,
  url,
  reach,
  clock,
  firstByteMs,
  idleMs,
  apiKey,
  model,
}: OpenAiOptions): ModelServer {
  const parsed = URL.parse(url);
  return new ModelServer({
    name,
    url: parsed?.pathname === '/' ? `${url.replace(/\/+$/, '')}/v1` : url,
    reach,
    clock,
    firstByteMs,
    idleMs,
    key: apiKey,
    advise: (trouble) => advice(trouble, model, apiKey !== undefined),
  });
}

function advice(trouble: Trouble, model: string, hasKey: boolean): string | undefined {
  if (trouble.kind === 'silent') return 'see that it runs and that the URL is right';
  if (trouble.status === 401)
    return hasKey ? 'the key is not accepted: enter it again' : 'this server wants a key';
  if (trouble.status !== 404) return undefined;
  return /\bmodel\b/i.test(trouble.message)
    ? `this server has no model ${model}: see that its name is right`
    : 'no chat API stands under this URL: see that its path is right';
}

class OpenAiRuntime {
  readonly server: ModelServer;
  readonly #options: OpenAiOptions;

  constructor(options: OpenAiOptions) {
    this.#options = options;
    this.server = serverOf(options);
  }

  async health(signal: AbortSignal): Promise<ModelHealth> {
    try {
      const { data } = await this.server.json({ path: '/models', signal, firstByteMs: QUESTION_MS });
      const models = Array.isArray(data) ? data.filter(isJsonObject) : [];
      return healthFrom(this.#options.model, models);
    } catch (error) {
      if (!(error instanceof KaiError) || signal.aborted) throw error;
      return { ready: false, detail: error.message };
    }
  }

  async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    const { model, tokensMaxField = 'max_tokens' } = this.#options;
    const { server } = this;
    const events = new EventReader();
    const answer = new CompletionAnswer(server, `call-${request.turns.length}-`);
    const ask = { path: '/chat/completions', body: chatBody(request, model, tokensMaxField), signal };
    for await (const bytes of server.pieces(ask, 'text/event-stream', () => answer.ended)) {
      const read = events.push(bytes);
      if (!read.ok) throw server.broken(read.problem.message);
      for (const data of read.value) yield* answer.event(data);
    }
    yield* answer.end();
  }

  async embed(
    model: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const input of batchesOf(texts)) {
      const body = { model, input, encoding_format: 'float' };
      const { data } = await this.server.json({ path: '/embeddings', body, signal });
      const batch = vectorsFrom(rowsIn(data), input.length);
      if (!batch.ok) throw this.server.broken(batch.problem.message);
      vectors.push(...batch.value);
    }
    if (!haveOneLength(vectors)) throw this.server.broken('vectors of different lengths');
    return vectors;
  }
}

function healthFrom(model: string, models: readonly { readonly [key: string]: unknown }[]): ModelHealth {
  const ids = models.map(({ id }) => String(id));
  if (ids.length === 0) return { ready: true, detail: 'answers, but lists no models' };
  if (ids.includes(model)) return { ready: true, detail: `serves ${model}` };
  // llama.cpp serves the one model it was started with, whatever it is called.
  if (models[0]?.owned_by === 'llamacpp') return { ready: true, detail: `serves ${ids[0]}` };
  return { ready: false, detail: `has no model ${model}, but ${ids.slice(0, NAMED_MAX).join(', ')}` };
}

/** The vectors in the order of their `index`, which is the order of the texts. */
function rowsIn(data: unknown): unknown {
  if (!Array.isArray(data) || !data.every(isJsonObject)) return undefined;
  return data
    .map(({ index, embedding }, place) => ({ index: typeof index === 'number' ? index : place, embedding }))
    .sort((one, other) => one.index - other.index)
    .map(({ embedding }) => embedding);
}
