/**
 * Runs one measurement in a process of its own: no measurement meets what the compiler learned, or the heap kept, from
 * another, and one that breaks takes no other with it.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figure, Scale } from './measurement.ts';

export type Outcome =
  | { readonly kind: 'measured'; readonly figures: readonly Figure[] }
  /** What it needs is not there. */
  | { readonly kind: 'not-measured'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string };

const SCRIPT = fileURLToPath(new URL('./measured-process.ts', import.meta.url));
/** No measurement takes longer than this unless it hangs, in milliseconds. */
const MEASUREMENT_MS_MAX = 120_000;

/** Never rejects. `name` is one of the measurements'. */
export async function measureApart(name: string, scale: Scale): Promise<Outcome> {
  const child = fork(SCRIPT, [name, JSON.stringify(scale)], { execArgv: ['--expose-gc'] });
  const late = setTimeout(() => child.kill('SIGKILL'), MEASUREMENT_MS_MAX);
  let outcome: Outcome | undefined;
  child.on('message', (message) => {
    outcome = message as Outcome;
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(late);
  return outcome ?? { kind: 'broken', reason: `its process ended with ${signal ?? code}` };
}
