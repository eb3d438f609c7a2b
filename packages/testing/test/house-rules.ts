/** The plan of the house as data: which room may import which, where a library lives, who may touch time and chance. */

/** What a room may import of ours. An entry with a path means that subpath only; one without means all. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  reticulum: [],
  runtime: ['protocol'],
  trust: ['protocol', 'runtime/ports'],
  links: ['protocol', 'runtime/ports'],
  stores: ['protocol', 'runtime/ports'],
  models: ['protocol', 'runtime/ports'],
  hosts: ['protocol', 'runtime/ports'],
  simulator: ['protocol', 'runtime', 'links/memory', 'stores/memory'],
  testing: ['protocol', 'runtime', 'simulator'],
  kai: ['protocol', 'reticulum', 'runtime', 'trust', 'links', 'stores', 'models', 'hosts', 'simulator'],
  ui: ['protocol'],
  examples: ['kai', 'simulator', 'testing'],
  // It measures rooms one by one, so it must reach into them (docs/decisions/0005).
  bench: ['protocol', 'runtime', 'stores', 'kai', 'simulator', 'testing', 'example-assistant'],
};

/** What a room may import of ours as types only, beside the above. */
export const ALLOWED_TYPES: Readonly<Record<string, readonly string[]>> = {
  links: ['trust'],
  stores: ['trust'],
  models: ['trust'],
  hosts: ['trust'],
};

/** What one folder alone may import, beside the above. */
export const ALLOWED_IN_FOLDER: Readonly<Record<string, readonly string[]>> = {
  'packages/links/src/reticulum/': ['reticulum'],
};

/** Rooms whose exported folders are adapters: leaves that know nothing of each other. */
export const ADAPTER_ROOMS: readonly string[] = ['links', 'stores', 'models', 'hosts'];

/** The only places that may import a library. A library that is not listed may be imported nowhere. */
export const LIBRARY_PLACES: Readonly<Record<string, readonly string[]>> = {
  typebox: ['packages/protocol/src/', 'examples/'],
  fastify: ['packages/kai/src/gateway/'],
  '@fastify/cookie': ['packages/kai/src/gateway/'],
  '@fastify/static': ['packages/kai/src/gateway/'],
  ws: ['packages/kai/src/gateway/', 'packages/kai/src/cli/'],
  commander: ['packages/kai/src/cli/'],
  '@clack/prompts': ['packages/kai/src/cli/'],
  yaml: ['packages/kai/src/config/'],
  pino: ['packages/kai/src/log', 'packages/kai/src/system/log'],
  preact: ['packages/ui/'],
  'virtual:pwa-register': ['packages/ui/'],
  vitest: ['packages/testing/src/'],
  'fast-check': ['packages/testing/src/'],
  chokidar: ['examples/'],
  'chrono-node': ['examples/'],
  croner: ['examples/'],
  htmlparser2: ['examples/'],
  unpdf: ['examples/'],
  moleculer: ['bench/'],
  tinybench: ['bench/'],
};

/** Globals that read time or chance, by the name under which code reaches them. */
export const TIME_AND_CHANCE: readonly string[] = [
  'Date.now',
  'Math.random',
  'crypto.getRandomValues',
  'crypto.randomUUID',
  'performance.now',
  'process.hrtime',
  'randomUUID',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

/**
 * Where they may be reached: the adapters of Clock and Random, and what runs beside a node, not in one. The
 * rest of `kai` (configuration, topologies) and every other room take Clock and Random as ports.
 */
export const TIME_AND_CHANCE_PLACES: readonly string[] = [
  'packages/kai/src/system/',
  // The product's edge: sockets, the terminal and the file system keep real time.
  'packages/kai/src/cli/',
  'packages/kai/src/gateway/',
  'packages/kai/src/node/',
  // Watches a real thread from another one, so virtual time would tell it nothing.
  'packages/hosts/src/in-process/thread-watch',
  'packages/ui/',
  'packages/testing/src/',
  'bench/',
];

/** Rooms that never ship with a node, and may use what the workspace develops with. */
export const DEVELOPMENT_ROOMS: readonly string[] = ['bench', 'testing', 'ui'];
