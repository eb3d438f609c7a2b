/** A folder for one test, gone after it. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class TemporaryFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'kai-assistant-'));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    chmodSync(this.path, 0o700);
    rmSync(this.path, { recursive: true, force: true });
  }
}
