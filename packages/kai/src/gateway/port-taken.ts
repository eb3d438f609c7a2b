/** Why the gateway could not listen, in one line that says what to do. */

import { isJsonObject, type JsonValue, KaiError } from '@kai/protocol';

/** How long whoever holds the port may take to say that it is a node, in milliseconds. */
const PROBE_MS = 500;

export async function portTaken(error: unknown, port: number): Promise<unknown> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') {
    return new KaiError(
      'UNAVAILABLE',
      `port ${port} may not be used by you; choose one above 1023 with --port`,
      {
        cause: error,
      },
    );
  }
  if (code !== 'EADDRINUSE') return error;
  const what = (await isNode(port))
    ? `a kAI node runs on port ${port} already; see it with: kai status, or start this one with --port ${port + 1}`
    : `port ${port} is taken by another program; choose another with --port ${port + 1}`;
  return new KaiError('UNAVAILABLE', what, { cause: error });
}

/** Whether the gateway of a node answers on this port. */
export async function isNode(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`, {
      signal: AbortSignal.timeout(PROBE_MS),
      redirect: 'error',
    });
    const health = (await answer.json()) as JsonValue;
    return isJsonObject(health) && health.ok === true && typeof health.version === 'string';
  } catch {
    return false;
  }
}
