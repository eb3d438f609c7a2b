/**
 * Vectors of passages, searched exactly, kept in one file of JSON lines: a line for each source, the last one counts.
 * A torn line at the end is what a crash leaves, and is dropped; what it said is embedded again.
 *
 * All of it is in memory. Vectors have length 1, so that their product is their likeness.
 */

import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Hit, Passage } from 'kai';

/** Vectors that are kept; sources beyond it are found by their words only. */
export const VECTORS_MAX = 50_000;
/** Likenesses below it say nothing: any two texts are a little alike. */
export const LIKENESS_MIN = 0.35;
/** The file is written anew when it has so many times more lines than sources. */
const WASTE_MAX = 2;
/** Characters of a passage that a hit shows. */
const EXCERPT_LENGTH = 240;

interface Embedded {
  readonly version: string;
  readonly passages: readonly Passage[];
  /** One after the other. */
  readonly vectors: Float32Array;
}

export class VectorStore {
  readonly #file: string | undefined;
  readonly #model: string;
  readonly #bySource = new Map<string, Embedded>();
  #count = 0;
  #lines = 0;

  private constructor(folder: string | undefined, model: string) {
    this.#file = folder === undefined ? undefined : join(folder, 'vectors.jsonl');
    this.#model = model;
  }

  /** Without a folder nothing is kept. What another model made is of no use and forgotten. */
  static async open(folder: string | undefined, model: string): Promise<VectorStore> {
    const store = new VectorStore(folder, model);
    if (folder === undefined || store.#file === undefined) return store;
    await mkdir(folder, { recursive: true });
    await store.#load(store.#file);
    if (store.#lines > WASTE_MAX * store.#bySource.size) await store.#compact(store.#file);
    return store;
  }

  get isFull(): boolean {
    return this.#count >= VECTORS_MAX;
  }

  versionOf(source: string): string | undefined {
    return this.#bySource.get(source)?.version;
  }

  get sources(): readonly string[] {
    return [...this.#bySource.keys()];
  }

  /** @throws RangeError when the vectors are not one for each passage, of one length. */
  async put(
    source: string,
    version: string,
    passages: readonly Passage[],
    vectors: readonly Float32Array[],
  ): Promise<void> {
    const length = vectors[0]?.length ?? 0;
    if (vectors.length !== passages.length || vectors.some((vector) => vector.length !== length)) {
      throw new RangeError(
        `${passages.length} passages need as many vectors of one length; got ${vectors.length}`,
      );
    }
    const all = new Float32Array(length * vectors.length);
    for (const [index, vector] of vectors.entries()) all.set(normalised(vector), index * length);
    this.#set(source, { version, passages, vectors: all });
    await this.#append(this.#lineOf(source));
  }

  async remove(source: string): Promise<void> {
    if (!this.#drop(source)) return;
    await this.#append(JSON.stringify({ source }));
  }

  /** The passages most alike, best first. */
  search(vector: Float32Array, limit: number): Hit[] {
    const asked = normalised(vector);
    const found: { passage: Passage; score: number }[] = [];
    for (const { passages, vectors } of this.#bySource.values()) {
      if (vectors.length !== asked.length * passages.length) continue;
      for (const [index, passage] of passages.entries()) {
        const score = product(asked, vectors, index * asked.length);
        if (score >= LIKENESS_MIN) found.push({ passage, score });
      }
    }
    return found
      .sort((one, other) => other.score - one.score)
      .slice(0, limit)
      .map(({ passage, score }) => ({ ...passage, score, excerpt: excerptOf(passage.text) }));
  }

  #set(source: string, embedded: Embedded): void {
    this.#drop(source);
    this.#bySource.set(source, embedded);
    this.#count += embedded.passages.length;
  }

  #drop(source: string): boolean {
    const known = this.#bySource.get(source);
    this.#count -= known?.passages.length ?? 0;
    return this.#bySource.delete(source);
  }

  async #load(file: string): Promise<void> {
    const input = createReadStream(file, 'utf8');
    // A file that is not there is an empty one; readline passes stream errors on to its iterator.
    try {
      for await (const line of createInterface({ input })) this.#read(line);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #read(line: string): void {
    this.#lines += 1;
    const kept = parseLine(line);
    if (kept === undefined) return;
    if (kept.embedded === undefined || kept.model !== this.#model) this.#drop(kept.source);
    else this.#set(kept.source, kept.embedded);
  }

  #lineOf(source: string): string {
    const { version, passages, vectors } = this.#bySource.get(source) as Embedded;
    const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    return JSON.stringify({
      source,
      version,
      model: this.#model,
      passages,
      vectors: bytes.toString('base64'),
    });
  }

  async #append(line: string): Promise<void> {
    if (this.#file === undefined) return;
    this.#lines += 1;
    // The break comes first, so that a line torn by a crash stays alone.
    await appendFile(this.#file, `\n${line}`);
  }

  async #compact(file: string): Promise<void> {
    const lines = this.sources.map((source) => this.#lineOf(source));
    await writeFile(`${file}.new`, lines.join('\n'));
    await rename(`${file}.new`, file);
    this.#lines = lines.length;
  }
}

interface KeptLine {
  readonly source: string;
  readonly model?: unknown;
  /** Nothing for a source that was removed. */
  readonly embedded?: Embedded;
}

/** Nothing for what is no line of ours, or half of one. */
function parseLine(line: string): KeptLine | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { source, version, model, passages, vectors } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof source !== 'string') return undefined;
  if (vectors === undefined) return { source };
  if (typeof vectors !== 'string' || typeof version !== 'string' || !Array.isArray(passages))
    return undefined;
  const bytes = Uint8Array.from(Buffer.from(vectors, 'base64'));
  if (bytes.length === 0 || bytes.length % (Float32Array.BYTES_PER_ELEMENT * passages.length) !== 0)
    return undefined;
  return { source, model, embedded: { version, passages, vectors: new Float32Array(bytes.buffer) } };
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function product(one: Float32Array, all: Float32Array, offset: number): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1)
    sum += (one[index] as number) * (all[offset + index] as number);
  return sum;
}

function excerptOf(text: string): string {
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}
