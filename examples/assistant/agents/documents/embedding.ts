/**
 * Vectors for the library's passages, made in the background when the node has a model for them, and asked beside the
 * words. Without one nothing of this runs; when it fails, words alone answer.
 */

import type { Clock, Hit, Log, ModelRuntime, Reach, Timer } from 'kai';
import type { Extractor } from './extractor.ts';
import { REACHES } from './settings.ts';
import type { VectorStore } from './vector-store.ts';

/** Texts that the model is given at a time. */
const TEXTS_AT_ONCE = 16;
/** How long a question waits for its vector, in milliseconds. */
const QUESTION_MS = 1_500;
/** How long after a failure it is tried again, in milliseconds. */
const RETRY_MS = 60_000;

type Embed = NonNullable<ModelRuntime['embed']>;

/** The first runtime that makes vectors and whose reach is allowed. */
export function embedderOf(
  models: readonly ModelRuntime[],
  label: Reach,
): { model: string; embed: Embed } | undefined {
  for (const { name, model, reach, embed } of models) {
    if (embed !== undefined && REACHES.indexOf(reach) <= REACHES.indexOf(label))
      return { model: `${name}/${model}`, embed };
  }
  return undefined;
}

export interface EmbeddingOptions {
  readonly embed: Embed;
  readonly store: VectorStore;
  readonly extractor: Extractor;
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: string;
  readonly fileBytesMax: number;
  /** What the library has, with versions. */
  readonly sources: () => ReadonlyMap<string, string>;
}

export class Embedding implements AsyncDisposable {
  readonly #options: EmbeddingOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #asked = false;
  #timer: Timer | undefined;

  constructor(options: EmbeddingOptions) {
    this.#options = options;
  }

  /** Brings the vectors up to date in the background. */
  update(): void {
    this.#asked = true;
    if (this.#running !== undefined || this.#stopping.signal.aborted) return;
    this.#running = this.#runs().finally(() => {
      this.#running = undefined;
    });
  }

  /** Passages that mean something alike; none when the model does not answer in time. */
  async search(question: string, limit: number): Promise<Hit[]> {
    const { embed, store, clock } = this.#options;
    const hurry = new AbortController();
    const timer = clock.after(QUESTION_MS, () => hurry.abort());
    try {
      const [vector] = await embed([question], AbortSignal.any([hurry.signal, this.#stopping.signal]));
      return vector === undefined ? [] : store.search(vector, limit);
    } catch {
      return [];
    } finally {
      timer.cancel();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  async #runs(): Promise<void> {
    while (this.#asked && !this.#stopping.signal.aborted) {
      this.#asked = false;
      try {
        await this.#run();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.log.warn({ error }, 'making vectors of documents failed, trying again later');
        this.#timer?.cancel();
        this.#timer = this.#options.clock.after(RETRY_MS, () => this.update());
      }
    }
  }

  async #run(): Promise<void> {
    const { store, sources } = this.#options;
    const wanted = sources();
    for (const source of store.sources) if (!wanted.has(source)) await store.remove(source);
    for (const [source, version] of wanted) {
      this.#stopping.signal.throwIfAborted();
      if (store.isFull) return;
      if (store.versionOf(source) !== version) await this.#embed(source, version);
    }
  }

  /** The index does not give passages back, so the file is taken apart once more. */
  async #embed(source: string, version: string): Promise<void> {
    const { embed, store, extractor, folder, fileBytesMax } = this.#options;
    const path = `${folder}/${source}`;
    const outcome = await extractor.extract({ want: 'passages', path, source, bytesMax: fileBytesMax });
    if (outcome.kind !== 'passages') return;
    const vectors: Float32Array[] = [];
    for (let at = 0; at < outcome.passages.length; at += TEXTS_AT_ONCE) {
      const some = outcome.passages.slice(at, at + TEXTS_AT_ONCE);
      vectors.push(
        ...(await embed(
          some.map(({ title, text }) => `${title}\n${text}`),
          this.#stopping.signal,
        )),
      );
    }
    await store.put(source, version, outcome.passages, vectors);
  }
}
