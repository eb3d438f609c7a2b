#!/usr/bin/env node
// The entry of `kai`, in JavaScript that old versions of Node still read: it checks the version, so that nobody
// meets a syntax error, and goes on with a newer Node when one was installed beside the packages.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
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

/** Keeps what was compiled, so that the next command is there sooner; in a folder of this user alone. */
function keepCompiled() {
  const { XDG_CACHE_HOME } = process.env;
  module.enableCompileCache?.(join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'kai', 'compiled'));
}

async function run() {
  if (isNewEnough(process.version)) {
    keepCompiled();
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
  return goOnWith(node);
}

/** @param {string} node */
function goOnWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches both of us: the child decides what it means. Other signals are passed on.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === null ? 1 : code));
  });
}

run().then((code) => {
  process.exitCode = code;
});
