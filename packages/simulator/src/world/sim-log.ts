/** The log of a simulated process: warnings and errors go to the trace, without the fields, in which stacks may stand. */

import type { Log } from '@kai/runtime/ports';

export function simLog(record: (what: string, text: string) => void, component = ''): Log {
  const line = (level: string, message: string): void => record(level, `${component}${message}`);
  return {
    debug() {},
    info() {},
    warn: (_, message) => line('warns', message),
    error: (_, message) => line('errs', message),
    child: (name) => simLog(record, `${component}${name}: `),
  };
}
