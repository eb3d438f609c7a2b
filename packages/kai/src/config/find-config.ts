/** Where the `kai.yaml` is. A file of its own, because commands that only look for a node need nothing more. */

import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export const CONFIG_FILE = 'kai.yaml';

/** The nearest `kai.yaml` in `folder` or above it. */
export async function findConfig(folder: string): Promise<string | undefined> {
  for (let place = resolve(folder); ; place = dirname(place)) {
    const file = join(place, CONFIG_FILE);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() === true) return file;
    if (place === dirname(place)) return undefined;
  }
}
