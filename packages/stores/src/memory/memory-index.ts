/**
 * A full-text index in memory: an inverted index ranked by BM25, in plain code. For tests, simulation and
 * embedding: a search walks all passages that hold one of the words.
 */

import { KaiError } from '@kai/protocol';
import type { Hit, Passage, SearchOptions, SourceEntry, TextIndex, TextIndexes } from '@kai/runtime/ports';
import { boundedHits, ranked } from '../words/hits.ts';
import { checkedEntries } from '../words/passages.ts';
import { queryWords, wordsOf } from '../words/words.ts';
import { excerptOf } from './excerpt.ts';
import { stem } from './stem.ts';

/** BM25's usual parameters: how fast repetition saturates, and how much length counts. */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;
/** How many times a word of the title counts. */
const TITLE_WEIGHT = 4;

interface Indexed {
  readonly passage: Passage;
  /** Words of title and text, each counted once. */
  readonly length: number;
  /** Weighted number of occurrences by stem. */
  readonly counts: ReadonlyMap<string, number>;
}

interface IndexedSource {
  readonly version: string;
  readonly passages: readonly Indexed[];
}

export function openMemoryIndexes(): TextIndexes {
  return new MemoryIndexes();
}

class MemoryIndexes implements TextIndexes {
  readonly #byName = new Map<string, MemoryIndex>();
  #closed = false;

  async open(name: string): Promise<TextIndex> {
    this.#requireOpen();
    const index = this.#byName.get(name) ?? new MemoryIndex(() => this.#requireOpen());
    this.#byName.set(name, index);
    return index;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#byName.clear();
  }

  #requireOpen(): void {
    if (this.#closed) throw new KaiError('UNAVAILABLE', 'the text index is closed');
  }
}

class MemoryIndex implements TextIndex {
  readonly #requireOpen: () => void;
  readonly #sources = new Map<string, IndexedSource>();
  readonly #byStem = new Map<string, Set<Indexed>>();
  #passages = 0;
  #words = 0;

  constructor(requireOpen: () => void) {
    this.#requireOpen = requireOpen;
  }

  async put(entries: readonly SourceEntry[]): Promise<void> {
    this.#requireOpen();
    for (const { source, version, passages } of checkedEntries(entries)) {
      this.#drop(source);
      const indexed = passages.map((passage) => indexPassage({ ...passage, source }));
      this.#sources.set(source, { version, passages: indexed });
      for (const passage of indexed) this.#add(passage);
    }
  }

  async remove(sources: readonly string[]): Promise<void> {
    this.#requireOpen();
    for (const source of sources) this.#drop(source);
  }

  async sources(): Promise<Map<string, string>> {
    this.#requireOpen();
    return new Map([...this.#sources].map(([source, { version }]) => [source, version]));
  }

  async search(query: string, options: SearchOptions): Promise<readonly Hit[]> {
    this.#requireOpen();
    const stems = new Set(queryWords(query).map(stem));
    const found = [...this.#holding(stems, options.sourcePrefix ?? '')].map((indexed) => ({
      passage: indexed.passage,
      score: this.#score(indexed, stems),
      hasAll: [...stems].every((word) => indexed.counts.has(word)),
    }));
    return ranked(found, boundedHits(options.limit)).map(({ passage, score }) => ({
      ...passage,
      score,
      excerpt: excerptOf(passage.text, stems),
    }));
  }

  #holding(stems: ReadonlySet<string>, prefix: string): Set<Indexed> {
    const found = new Set<Indexed>();
    for (const word of stems) {
      for (const indexed of this.#byStem.get(word) ?? []) {
        if (indexed.passage.source.startsWith(prefix)) found.add(indexed);
      }
    }
    return found;
  }

  #score({ counts, length }: Indexed, stems: ReadonlySet<string>): number {
    const relative = length / (this.#words / this.#passages);
    let score = 0;
    for (const word of stems) {
      const count = counts.get(word) ?? 0;
      const holders = this.#byStem.get(word)?.size ?? 0;
      const rarity = Math.log(1 + (this.#passages - holders + 0.5) / (holders + 0.5));
      const damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative);
      score += (rarity * count * (SATURATION + 1)) / (count + damping);
    }
    return score;
  }

  #add(indexed: Indexed): void {
    this.#passages += 1;
    this.#words += indexed.length;
    for (const word of indexed.counts.keys()) {
      const holders = this.#byStem.get(word) ?? new Set();
      this.#byStem.set(word, holders.add(indexed));
    }
  }

  #drop(source: string): void {
    for (const indexed of this.#sources.get(source)?.passages ?? []) {
      this.#passages -= 1;
      this.#words -= indexed.length;
      for (const word of indexed.counts.keys()) {
        const holders = this.#byStem.get(word);
        holders?.delete(indexed);
        if (holders?.size === 0) this.#byStem.delete(word);
      }
    }
    this.#sources.delete(source);
  }
}

function indexPassage(passage: Passage): Indexed {
  const counts = new Map<string, number>();
  const title = wordsOf(passage.title).map(stem);
  const text = wordsOf(passage.text).map(stem);
  for (const word of title) counts.set(word, (counts.get(word) ?? 0) + TITLE_WEIGHT);
  for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { passage, length: title.length + text.length, counts };
}
