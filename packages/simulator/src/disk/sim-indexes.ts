/** The text indexes of one simulated process, on the same disk as its store: what was not synced is gone after a crash. */

import type { Hit, SearchOptions, SourceEntry, TextIndex, TextIndexes } from '@kai/runtime/ports';
import type { Process } from '../world/process.ts';
import type { SimDisk } from './sim-disk.ts';

export class SimIndexes implements TextIndexes {
  readonly #disk: SimDisk;
  readonly #image: TextIndexes;
  readonly #process: Process;

  constructor(disk: SimDisk, image: TextIndexes, process: Process) {
    this.#disk = disk;
    this.#image = image;
    this.#process = process;
  }

  async open(name: string): Promise<TextIndex> {
    const image = await this.#disk.read(this.#process, 'open index', () => this.#image.open(name));
    return new SimIndex(this.#disk, image, this.#process);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class SimIndex implements TextIndex {
  readonly #disk: SimDisk;
  readonly #image: TextIndex;
  readonly #process: Process;

  constructor(disk: SimDisk, image: TextIndex, process: Process) {
    this.#disk = disk;
    this.#image = image;
    this.#process = process;
  }

  put(entries: readonly SourceEntry[]): Promise<void> {
    const detail = `index ${entries.length}`;
    return this.#disk.write(this.#process, '', detail, () => this.#image.put(entries));
  }

  remove(sources: readonly string[]): Promise<void> {
    return this.#disk.write(this.#process, '', 'unindex', () => this.#image.remove(sources));
  }

  sources(): Promise<Map<string, string>> {
    return this.#disk.read(this.#process, 'sources', () => this.#image.sources());
  }

  search(query: string, options: SearchOptions): Promise<readonly Hit[]> {
    return this.#disk.read(this.#process, 'search', () => this.#image.search(query, options));
  }
}
