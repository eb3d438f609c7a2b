/**
 * Finds the real parts that the tests need, and installs what is missing where it can (Debian, as root). A part that is
 * still missing afterwards is a visible skip for a person, and a failure in CI.
 */

import { spawnSync } from 'node:child_process';

interface Part {
  readonly command: string;
  readonly packages: readonly string[];
  readonly needed: string;
}

const PARTS: readonly Part[] = [
  { command: 'chromium', packages: ['chromium'], needed: 'the tests of the window, in a real browser' },
  { command: 'sqlite3', packages: ['sqlite3'], needed: 'the test that another program reads the database' },
];

const missing = PARTS.filter(({ command }) => !isThere(command));
if (missing.length > 0) {
  const packages = missing.flatMap((part) => part.packages);
  if (isThere('apt-get') && process.getuid?.() === 0) install(packages);
  else console.error(`To run every test, install: ${packages.join(' ')}`);
}

const still = PARTS.filter(({ command }) => !isThere(command));
for (const { command, needed } of still)
  console.error(`Missing: ${command}, for ${needed}. These tests are skipped.`);
if (still.length > 0 && process.env.CI !== undefined) process.exit(1);

function install(packages: readonly string[]): void {
  console.error(`Installing ${packages.join(' ')} with apt-get …`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

function apt(...args: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const all = ['-o', 'DPkg::Lock::Timeout=200', ...args];
  spawnSync('apt-get', all, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
}

function isThere(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
