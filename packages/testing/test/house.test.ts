/** The house stands as planned: imports, libraries, time and chance, and the syntax that Node can run. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { breaches, type Manifest, type SourceFile } from './house-check.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every source of ours below `folder`, without tests and what is built or installed. */
function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return /^(?:node_modules|test|dist|\..*)$/.test(entry.name) ? [] : sourcesIn(path);
    if (!/\.(?:ts|tsx|js|mjs)$/.test(entry.name) || /\.config\.ts$/.test(entry.name)) return [];
    return [{ path, text: readFileSync(`${root}${path}`, 'utf8') }];
  });
}

function manifestsIn(folder: string): Manifest[] {
  return readdirSync(`${root}${folder}`)
    .map((name) => `${folder}/${name}/`)
    .map(readManifest);
}

function readManifest(folder: string): Manifest {
  const json = JSON.parse(readFileSync(`${root}${folder}package.json`, 'utf8'));
  const { name, exports = {}, dependencies = {}, devDependencies = {} } = json;
  const keys = (record: object) => Object.keys(record);
  return {
    folder,
    name,
    exports: keys(exports),
    dependencies: keys(dependencies),
    devDependencies: keys(devDependencies),
  };
}

it('the house stands as planned', () => {
  const files = ['packages', 'examples', 'bench'].flatMap(sourcesIn);
  const manifests = [
    ...manifestsIn('packages'),
    ...manifestsIn('examples'),
    readManifest('bench/'),
    readManifest(''),
  ];
  expect(files.length).toBeGreaterThan(20);
  expect(breaches(files, manifests)).toEqual([]);
});

describe('the check sees', () => {
  const manifest = (folder: string, dependencies: string[], exports: string[] = []): Manifest => ({
    folder,
    name: folder,
    exports,
    dependencies,
    devDependencies: [],
  });

  function inOne(path: string, text: string, dependencies: string[] = [], exports: string[] = []) {
    const folder = path
      .split('/')
      .slice(0, path.startsWith('packages/') || path.startsWith('examples/') ? 2 : 1)
      .join('/');
    return breaches([{ path, text }], [manifest(`${folder}/`, dependencies, exports)]);
  }

  it.each([
    ['a static import', "import { Node } from '@kai/runtime';"],
    ['a type', "import type { Node } from '@kai/runtime';"],
    ['an inline type', "type Node = import('@kai/runtime').Node;"],
    ['a dynamic import', "const node = await import('@kai/runtime');"],
    ['an export', "export { Node } from '@kai/runtime';"],
    ['all exports', "export * from '@kai/runtime';"],
    ['an import for its effect', "import '@kai/runtime';"],
  ])('%s against the arrows', (_note, text) => {
    expect(inOne('packages/stores/src/sqlite/index.ts', text, ['@kai/runtime'])).toEqual([
      'packages/stores/src/sqlite/index.ts: stores may not import @kai/runtime',
    ]);
  });

  it.each([
    ['packages/stores/src/a.ts', "import type { Store } from '@kai/runtime/ports';", '@kai/runtime'],
    ['packages/links/src/mqtt/a.ts', "import type { Token } from '@kai/trust';", '@kai/trust'],
    ['packages/links/src/reticulum/a.ts', "import { Packet } from '@kai/reticulum';", '@kai/reticulum'],
    ['packages/simulator/src/a.ts', "import { link } from '@kai/links/memory';", '@kai/links'],
    ['packages/kai/src/a.ts', "import { sqlite } from '@kai/stores/sqlite';", '@kai/stores'],
    ['examples/assistant/a.ts', "import { agent } from 'kai';", 'kai'],
  ])('no breach in what %s may do', (path, text, dependency) => {
    expect(inOne(path, text, [dependency])).toEqual([]);
  });

  it.each([
    ['packages/links/src/mqtt/a.ts', "import { verify } from '@kai/trust';", '@kai/trust'],
    ['packages/links/src/mqtt/a.ts', "import { Packet } from '@kai/reticulum';", '@kai/reticulum'],
    ['packages/simulator/src/a.ts', "import { link } from '@kai/links/mqtt';", '@kai/links'],
    ['packages/kai/src/a.ts', "import { VirtualClock } from '@kai/testing';", '@kai/testing'],
    ['packages/ui/src/a.ts', "import { node } from 'kai';", 'kai'],
    ['packages/runtime/src/a.ts', "import type { X } from '@kai/stores/memory';", '@kai/stores'],
    ['examples/assistant/a.ts', "import { parse } from '@kai/protocol';", '@kai/protocol'],
  ])('what %s may not do', (path, text, dependency) => {
    expect(inOne(path, text, [dependency])).toEqual([expect.stringContaining('may not import')]);
  });

  it('adapters that know each other, and shared code that knows adapters', () => {
    const of = (path: string, name: string) =>
      inOne(path, `import { x } from '${name}';`, [], ['./ollama', './phrasebook']);
    expect(of('packages/models/src/ollama/a.ts', '../phrasebook/index.ts')).toHaveLength(1);
    expect(of('packages/models/src/http/a.ts', '../ollama/wire.ts')).toHaveLength(1);
    expect(of('packages/models/src/ollama/a.ts', '../http/server.ts')).toEqual([]);
    expect(of('packages/models/src/ollama/a.ts', './wire.ts')).toEqual([]);
  });

  it('a relative import that leaves the package', () => {
    expect(inOne('packages/kai/src/a.ts', "import { x } from '../../runtime/src/node.ts';")).toHaveLength(1);
  });

  it('libraries out of place, unknown, or not depended on', () => {
    const yaml = "import { parse } from 'yaml';";
    expect(inOne('packages/kai/src/config/a.ts', yaml, ['yaml'])).toEqual([]);
    expect(inOne('packages/kai/src/cli/a.ts', yaml, ['yaml'])).toEqual([expect.stringContaining('only in')]);
    expect(inOne('packages/kai/src/config/a.ts', yaml)).toEqual([
      expect.stringContaining('does not depend on'),
    ]);
    expect(inOne('packages/kai/src/a.ts', "import 'left-pad';", ['left-pad'])).toEqual([
      expect.stringContaining('no place'),
    ]);
    expect(inOne('packages/kai/src/a.ts', 'export {};', ['yaml'])).toEqual([
      expect.stringContaining('nothing imports'),
    ]);
  });

  it('a development dependency in what ships, but not in what tests', () => {
    const workspace = { ...manifest('', []), devDependencies: ['vitest'] };
    const text = "import { it } from 'vitest';";
    const of = (path: string, folder: string) =>
      breaches([{ path, text }], [manifest(folder, []), workspace]);
    expect(of('packages/testing/src/a.ts', 'packages/testing/')).toEqual([]);
    expect(of('packages/kai/src/a.ts', 'packages/kai/')).toHaveLength(1);
  });

  it('a Node built-in in the protocol, with or without its prefix', () => {
    for (const name of ['node:fs', 'fs', 'node:crypto']) {
      expect(inOne('packages/protocol/src/a.ts', `import * as x from '${name}';`)).toHaveLength(1);
      expect(inOne('packages/kai/src/a.ts', `import * as x from '${name}';`)).toEqual([]);
    }
  });

  it.each([
    'Date.now();',
    'const now = Date.now;',
    'const { now } = Date;',
    'Math.random();',
    'setTimeout(() => {}, 1);',
    'globalThis.setInterval(() => {}, 1);',
    'setImmediate(() => {});',
    "import { randomUUID } from 'node:crypto';",
    "import { randomUUID as id } from 'node:crypto';",
    "import { setTimeout as sleep } from 'node:timers/promises';",
    'crypto.randomUUID();',
    'process.hrtime.bigint();',
    'performance.now();',
  ])('time and chance taken from the air: %s', (text) => {
    expect(inOne('packages/runtime/src/a.ts', text)).toEqual([
      expect.stringContaining('belongs in an adapter'),
    ]);
    expect(inOne('packages/kai/src/system/clock.ts', text)).toEqual([]);
  });

  it.each([
    'enum Colour { red }',
    'namespace Inner { export const a = 1; }',
    'class A { constructor(readonly a: number) {} }',
  ])('syntax that Node cannot strip: %s', (text) =>
    expect(inOne('packages/runtime/src/a.ts', text)).toHaveLength(1),
  );

  it.each([
    '// Date.now() is not allowed here',
    'const text = \'setTimeout(1); import "@kai/kai"\';',
    'clock.now(); this.setTimeout(); new Date(5);',
    'declare global { interface Window { a: 1 } }',
  ])('nothing in %s', (text) => {
    expect(inOne('packages/runtime/src/a.ts', text)).toEqual([]);
  });
});
