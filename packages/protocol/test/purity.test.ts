/** The package is pure: nothing of Node, nothing of ours, and it bundles for a browser as it stands. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

it('imports its own files and TypeBox, nothing else', () => {
  for (const name of readdirSync(source, { encoding: 'utf8', recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(`${source}${name}`, 'utf8');
    for (const [, from = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      expect(from, name).toMatch(/^\.\/[a-z-]+\.ts$|^typebox(?:\/|$)/);
    }
    expect(text, name).not.toMatch(/\b(?:process|Buffer|require|__dirname)\b\s*[.(]/);
  }
});

it('bundles for a browser without a stand-in for Node', async () => {
  const warnings: string[] = [];
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: `${source}index.ts`, formats: ['es'] },
      rolldownOptions: { onwarn: (warning) => void warnings.push(warning.message) },
    },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (bundle === undefined || !('output' in bundle)) expect.fail('a build, not a watch');
  const code = bundle.output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  expect(warnings).toEqual([]);
  expect(code).not.toMatch(/__vite-browser-external|['"]node:/);
  expect(bundle.output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.imports : []))).toEqual([]);
});
