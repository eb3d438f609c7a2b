/** A folder for one test, gone after it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class TemporaryFolder implements Disposable {
  readonly #made = new Set<string>();
  readonly path = mkdtempSync(join(tmpdir(), 'kai-assistant-'));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    if (!this.#made.has(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    this.#made.add(dirname(path));
    writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
