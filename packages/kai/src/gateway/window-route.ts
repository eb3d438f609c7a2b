/** `GET /` and files: the window, built by packages/ui; a plain page says what to run while it is not built. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Files whose names hold a hash of their content never change. */
const HASHED = /[/\\]assets[/\\]/;
const FOREVER = 'public, max-age=31536000, immutable';

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>kAI</title>
<h1>The window is not built yet</h1>
<p>The node runs. To build its window, run <code>npm run prepare</code> in the repository and reload this page.</p>
<p>The command line works without it: <code>kai ask "what can you do?"</code></p>
</html>
`;

export async function serveWindow(app: FastifyInstance, folder: string): Promise<void> {
  if (!isBuilt(folder)) {
    app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(NOT_BUILT));
    return;
  }
  await app.register(files, {
    root: folder,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (response, path) => {
      void response.header('cache-control', HASHED.test(path) ? FOREVER : 'no-cache');
    },
  });
}

/** Whether packages/ui was built into `folder`. */
export function isBuilt(folder: string): boolean {
  return existsSync(join(folder, 'index.html'));
}
