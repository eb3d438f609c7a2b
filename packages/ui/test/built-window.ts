/**
 * The window as it is shipped, built once for all test files and kept until a source changes. Two files that start at
 * the same time may both build; the one that is done first counts.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['index.html', 'package.json', 'vite.config.ts', 'public', 'src'];

/** The folder that it was built into. */
export async function builtWindow(): Promise<string> {
  const built = join(tmpdir(), `kai-window-${await hashOfSources()}`);
  if (existsSync(join(built, 'index.html'))) return built;
  const fresh = await mkdtemp(join(tmpdir(), 'kai-window-new-'));
  await buildInto(fresh);
  try {
    await rename(fresh, built);
  } catch {
    // The other test file was quicker.
    await rm(fresh, { recursive: true });
  }
  return built;
}

async function buildInto(outDir: string): Promise<void> {
  // Vitest says `test`, and Vite would then leave out what only a product has: the service worker.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  await build({
    configFile: join(FOLDER, 'vite.config.ts'),
    logLevel: 'silent',
    mode: 'production',
    build: { outDir, emptyOutDir: true },
  });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of SOURCES)
    for (const file of await filesOf(name)) hash.update(file).update(await readFile(join(FOLDER, file)));
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(name: string): Promise<readonly string[]> {
  const entries = await readdir(join(FOLDER, name), { recursive: true, withFileTypes: true }).catch(
    () => undefined,
  );
  if (entries === undefined) return [name];
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name: file }) => join(parentPath, file).slice(FOLDER.length)).sort();
}
