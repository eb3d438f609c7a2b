#!/usr/bin/env node
// The entry of `kai`, in JavaScript that old versions of Node still read: it checks the version, so that nobody
// meets a syntax error, and goes on with a newer Node when one was installed beside the packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [24, 15];

/** @param {string} version such as v24.15.0 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The Node that `npm install` brought along, in this folder's node_modules or in one above. */
function findNewerNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', '.bin', name);
    if (existsSync(node)) {
      const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      if (isNewEnough(stdout || '')) return node;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

async function run() {
  if (isNewEnough(process.version)) {
    const { main } = await import('../src/cli/main.ts');
    return main(process.argv.slice(2), process);
  }
  const node = findNewerNode();
  if (node === undefined) {
    console.error(
      `kai: Node ${NEEDED.join('.')} or newer is needed; this is ${process.version}. Get it from https://nodejs.org, or run npm install again.`,
    );
    return 1;
  }
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
  return status === null ? 1 : status;
}

run().then((code) => {
  process.exitCode = code;
});
