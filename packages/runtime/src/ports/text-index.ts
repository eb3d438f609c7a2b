/**
 * Full-text search over passages, ranked by BM25. An index is derived from its sources: losing it costs time,
 * never knowledge.
 */

/** A passage of a source: what a search finds and shows. */
export interface Passage {
  /** What the passage belongs to, such as a file's path; replaced and removed as a whole. */
  readonly source: string;
  /** Where in the source, for people: `line 12`, `page 3`. */
  readonly place: string;
  readonly title: string;
  readonly text: string;
}

export interface SourceEntry {
  readonly source: string;
  /** Changes when the source does: modification time and size, or a hash. */
  readonly version: string;
  readonly passages: readonly Passage[];
}

export interface Hit extends Passage {
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  /** The part of the text around the matched words, which stand between `\u0002` and `\u0003`. */
  readonly excerpt: string;
}

export interface SearchOptions {
  readonly limit: number;
  /** Only sources that begin with this. */
  readonly sourcePrefix?: string;
}

export interface TextIndex {
  /** Replaces all passages of each source. Sources of one call become searchable together. */
  put(entries: readonly SourceEntry[]): Promise<void>;
  remove(sources: readonly string[]): Promise<void>;
  /** Version by source, for finding out what changed. */
  sources(): Promise<Map<string, string>>;
  /** Any text is a query: its words are looked for, not its punctuation. */
  search(query: string, options: SearchOptions): Promise<readonly Hit[]>;
}

/** Gives each agent indexes of its own, by name. */
export interface TextIndexes extends AsyncDisposable {
  /** `name` is unique within the node; opening it twice gives the same index. */
  open(name: string): Promise<TextIndex>;
}
