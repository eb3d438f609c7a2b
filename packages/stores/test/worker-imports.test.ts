/** A database thread loads nothing of ours but this package: the protocol's schema compiler would triple opening. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const THREADS = ['store-worker', 'inspect-worker', 'index-worker'];
/** What stays when types are stripped. */
const LOADED = /^(?:import|export) (?!type\b)[^;]*?from '([^']+)';/gm;

describe('a database thread', () => {
  it.each(THREADS)('loads only Node and its own package (%s)', (name) => {
    const files = new Map<string, string[]>();
    const load = (file: URL): void => {
      if (files.has(file.href)) return;
      const names = [...readFileSync(file, 'utf8').matchAll(LOADED)].map(([, from]) => String(from));
      files.set(file.href, names);
      for (const from of names) if (from.startsWith('.')) load(new URL(from, file));
    };
    load(new URL(`../src/sqlite/${name}.ts`, import.meta.url));
    const outside = [...files.values()].flat().filter((from) => !from.startsWith('.'));
    expect(files.size).toBeGreaterThan(5);
    expect(outside.filter((from) => !from.startsWith('node:'))).toEqual([]);
  });
});
