/**
 * Routes change while the node runs: `kai.yaml` is watched, and its rules take effect with the next message.
 *
 * A file that is wrong changes nothing and is reported; what else changed in it waits for the next start. Editors
 * replace files rather than write them, so the folder is watched, not the file.
 */

import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { KaiNode } from '@kai/runtime';
import type { Log } from '@kai/runtime/ports';
import type { ConfigOutcome } from '../config/config.ts';
import { printFaults } from '../config/fault.ts';

/** How long a file must be at rest before it is read, in milliseconds. */
const REST_MS = 150;

export interface RoutesSource {
  readonly file: string;
  readonly reload: () => Promise<ConfigOutcome>;
  readonly node: Pick<KaiNode, 'setRules'>;
  readonly log: Log;
}

export function watchRoutes(source: RoutesSource): AsyncDisposable {
  const { file, log } = source;
  let rest: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();
  let isOpen = true;
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(rest);
    rest = setTimeout(() => {
      reading = reading.then(() => takeRoutes(source, () => isOpen));
    }, REST_MS);
  });
  watcher.on('error', (error) =>
    log.warn({ err: error }, `${file} is no longer watched; restart to change routes`),
  );
  return {
    async [Symbol.asyncDispose]() {
      isOpen = false;
      watcher.close();
      clearTimeout(rest);
      await reading;
    },
  };
}

async function takeRoutes({ reload, node, log, file }: RoutesSource, isOpen: () => boolean): Promise<void> {
  try {
    const outcome = await reload();
    if (!isOpen()) return;
    if (!outcome.ok) return log.warn({}, `the routes stay as they were:\n${printFaults(outcome.faults)}`);
    const { rules } = outcome.loaded.config;
    node.setRules(rules);
    log.info({ rules: rules.length }, `the routes of ${basename(file)} are in effect`);
  } catch (error) {
    log.warn({ err: error }, 'the routes stay as they were');
  }
}
