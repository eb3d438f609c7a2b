/** A database thread that dies takes nobody along: whoever waits is refused, and so is who comes later. */

import { silentLog } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import { WorkerCalls } from '../src/sqlite/worker-calls.ts';

interface Script {
  readonly what: string;
  readonly code: string;
  readonly why: string;
}

const DEATHS: readonly Script[] = [
  { what: 'throws', code: 'throw new Error("out of luck")', why: 'its thread failed: Error: out of luck' },
  { what: 'exits', code: 'process.exit(3)', why: 'its thread has ended' },
];

describe('calls to a database thread', () => {
  it.each(DEATHS)('are refused when it $what', async ({ code, why }) => {
    const script = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const calls = new WorkerCalls<{ ask: () => number; close: () => void }>(
      script,
      '/data/kai.db',
      silentLog,
    );
    const refusal = { code: 'UNAVAILABLE', message: `/data/kai.db is closed: ${why}` };
    await expect(Promise.all([calls.call('ask'), calls.call('ask')])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `${refusal.message}; it is not known whether what was under way has happened`,
    });
    await expect(calls.call('ask')).rejects.toMatchObject(refusal);
    await calls.end();
  });
});
