/** Bytes of live objects: what is left after a full collection. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

export function heapUsed(): number {
  if (typeof collect !== 'function') throw new Error('this Node offers no gc()');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
