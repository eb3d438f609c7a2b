/**
 * Builds the window (packages/ui) when its sources are newer than what was built. Says what it does, and does nothing
 * when there is nothing to do, so that it may run before every start.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../packages/ui');
const built = join(folder, 'dist/index.html');

if (!existsSync(built) || newest(folder) > statSync(built).mtimeMs) {
  console.error('Building the window (a few seconds, only when its sources have changed) …');
  const { build } = await import('vite');
  await build({ root: folder, logLevel: 'warn' });
}

/** The latest change below a folder, without what is built or installed. */
function newest(path: string): number {
  let latest = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (['dist', 'node_modules', 'test'].includes(entry.name)) continue;
    const inner = join(path, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(inner) : statSync(inner).mtimeMs);
  }
  return latest;
}
