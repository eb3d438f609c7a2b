/** What is known of the folder's files: which are read, with how many passages, and which are skipped, and why. */

import { decodeVersion, isCurrent, type ReadAs } from './file-version.ts';
import type { FoundFile, Skipped } from './scan.ts';

export class Catalogue {
  readonly #versions: Map<string, string>;
  readonly #skipped = new Map<string, string>();
  #files = 0;
  #passages = 0;

  /** `versions` as the index has them. */
  constructor(versions: ReadonlyMap<string, string>) {
    this.#versions = new Map();
    for (const [source, version] of versions) this.set(source, version);
  }

  /** Files that are read. */
  get files(): number {
    return this.#files;
  }

  get passages(): number {
    return this.#passages;
  }

  get sources(): IterableIterator<string> {
    return this.#versions.keys();
  }

  versionOf(source: string): string | undefined {
    return this.#versions.get(source);
  }

  /** Whether a file was read, and not skipped. */
  isRead(source: string): boolean {
    return this.#versions.has(source) && !this.#skipped.has(source);
  }

  /** At most `limit`, in the order in which they were met. */
  skipped(limit: number): Skipped[] {
    return [...this.#skipped].slice(0, limit).map(([source, reason]) => ({ source, reason }));
  }

  set(source: string, version: string): void {
    this.delete(source);
    this.#versions.set(source, version);
    const as = decodeVersion(version)?.as;
    if (as?.kind === 'skipped') this.#skipped.set(source, as.reason);
    else this.#count(as, 1);
  }

  delete(source: string): void {
    const version = this.#versions.get(source);
    if (version === undefined) return;
    this.#versions.delete(source);
    if (!this.#skipped.delete(source)) this.#count(decodeVersion(version)?.as, -1);
  }

  /** What the folder has that is not read as it is now; with `again`, what was skipped as well. */
  stale(files: readonly FoundFile[], again: boolean): FoundFile[] {
    return files.filter((file) => {
      return !isCurrent(this.#versions.get(file.source), file) || (again && this.#skipped.has(file.source));
    });
  }

  /** What the folder does not have any more. */
  gone(files: readonly FoundFile[]): string[] {
    const present = new Set(files.map(({ source }) => source));
    return [...this.#versions.keys()].filter((source) => !present.has(source));
  }

  #count(as: ReadAs | undefined, by: 1 | -1): void {
    this.#files += by;
    this.#passages += by * (as?.kind === 'read' ? as.passages : 0);
  }
}
