/**
 * Agent files write `import … from 'kai'` wherever they are, whether or not a package of that name is installed
 * beside them: it always means the kAI that runs them, so that there is one copy of it in the process.
 */

import { registerHooks } from 'node:module';

const OWN = new URL('../index.ts', import.meta.url).href;
let isInstalled = false;

/** Idempotent; for the life of the process. */
export function provideOwnPackage(): void {
  if (isInstalled) return;
  isInstalled = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'kai'
        ? { url: OWN, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  });
}
