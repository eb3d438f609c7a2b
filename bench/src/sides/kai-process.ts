/**
 * The `kai` command as a person runs it: a process of its own, on data, state and port of its own.
 *
 * Whatever this user's environment says about kAI is left out, so that no running node is met or disturbed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../packages/kai/bin/kai.js', import.meta.url));
const ASSISTANT = fileURLToPath(new URL('../../../examples/assistant/kai.yaml', import.meta.url));
/** How long a node may take to be ready or to end, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Runs `kai` with these arguments until it ends; returns the seconds that it took. @throws Error when it fails. */
export async function runKai(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (code !== 0) throw new Error(`kai ${args.join(' ')} ended with ${code}`);
  return (performance.now() - began) / 1000;
}

/** A node of the assistant, ready; disposing of it stops it. */
export interface RunningKai extends AsyncDisposable {
  readonly secondsToReady: number;
  /** The gateway's WebSocket. */
  readonly live: URL;
  readonly token: string;
}

/** Starts `kai up` with everything that it keeps in `folder`. */
export async function upKai(folder: string): Promise<RunningKai> {
  const began = performance.now();
  const args = [COMMAND, 'up', '--json', '--port', '0', '--config', ASSISTANT];
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    KAI_DATA: join(folder, 'data'),
    KAI_STATE_HOME: join(folder, 'state'),
    KAI_LOG: 'error',
  };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  try {
    const link = await linkFrom(child);
    const secondsToReady = (performance.now() - began) / 1000;
    const live = new URL('/api/live', link);
    live.protocol = 'ws:';
    return {
      secondsToReady,
      live,
      token: link.searchParams.get('token') ?? '',
      [Symbol.asyncDispose]: () => stop(child),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The link in the first line of JSON, which is printed when the node is ready. */
async function linkFrom({ stdout }: ChildProcess): Promise<URL> {
  if (stdout === null) throw new Error('kai up has no output');
  const lines = createInterface({ input: stdout });
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { link } = JSON.parse(String(line)) as { readonly link: string };
  return new URL(link);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) });
  child.kill('SIGTERM');
  await ended;
}
