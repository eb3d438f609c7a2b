/** The command line as people have it: child processes, a folder of their own, and nobody else's nodes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/kai.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const AGENT = `import { defineAgent, defineIntent, KaiError } from 'kai';
let asked = 0;
export default defineAgent({
  name: 'test',
  summary: 'For tests.',
  services: ['kai-core', 'notes', 'reminders'],
  intents: {
    'test.greet': defineIntent({
      summary: 'Greets.',
      input: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      handler: ({ name }) => ({ text: 'Hello, ' + name }),
    }),
    'test.count': defineIntent({
      summary: 'Counts.',
      async *handler() { yield 1; yield 2; return 'done'; },
    }),
    'test.wait': defineIntent({
      summary: 'Waits.',
      handler: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({}))),
    }),
    'test.deny': defineIntent({
      summary: 'Denies.',
      handler: () => { throw new KaiError('POLICY_DENIED', 'not today'); },
    }),
    'test.lose': defineIntent({
      summary: 'Tells nobody.',
      handler: (payload, handling) => { handling.send('kai://agent.nobody', 'hear', payload); return {}; },
    }),
    'test.later': defineIntent({
      summary: 'Tells itself.',
      handler: (_, handling) => { handling.send('kai://agent.test', 'test.second', {}); return {}; },
    }),
    'test.second': defineIntent({
      summary: 'Takes a message the second time.',
      handler: () => { asked += 1; if (asked === 1) throw new KaiError('CONFLICT', 'not now'); return {}; },
    }),
    'test.forget': defineIntent({
      summary: 'Forgets a promise.',
      handler: () => { Promise.reject(new Error('forgotten')); return 'ok'; },
    }),
    'test.break': defineIntent({
      summary: 'Breaks the process.',
      handler: () => { setTimeout(() => { throw new Error('escaped'); }, 0); return 'ok'; },
    }),
    'conversation.say': defineIntent({
      summary: 'Answers.',
      internal: true,
      async *handler(input) {
        yield { kind: 'step', intent: 'test.greet', to: 'kai://agent.test', status: 'done', tookMs: 3 };
        yield { kind: 'text', text: 'You said ' };
        yield { kind: 'text', text: input.text + '\\u001b]0;pwned\\u0007' };
        const sources = [{ source: 'a.md', place: 'line 3', title: 'A', excerpt: 'x', score: 1 }];
        const answeredBy = { kind: 'phrasebook', name: 'phrasebook', where: 'on this device', why: 'it fits' };
        return { text: 'You said ' + input.text, session: 'main', answeredBy, sources };
      },
    }),
    'notes.list': defineIntent({
      summary: 'Notes.',
      handler: () => ({ text: '', notes: [{ id: 'n1', text: 'buy\\u001b[2J milk', at: 0 }] }),
    }),
    'reminders.list': defineIntent({
      summary: 'Reminders.',
      handler: ({ all }) => ({ text: '', reminders: all ? [{ id: 'r1', what: 'tea', due: 0, status: 'fired' }] : [] }),
    }),
  },
});
`;

const CONFIG = `owner: ada
device: hub
gateway: {port: 0}
models: none
agents:
  - file: ./agents/test.ts
`;

export class Place implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kai-cli-'));
  readonly #nodes: ChildProcess[] = [];

  /** A folder with a configuration and an agent. */
  constructor(config = CONFIG) {
    this.write('kai.yaml', config);
    this.write('agents/test.ts', AGENT);
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs a command to its end; once `interruptWhen` was said on stdout, or `interruptOnce` holds, it gets SIGINT. */
  async kai(
    args: readonly string[],
    more: {
      input?: string;
      interruptWhen?: string;
      interruptOnce?: () => Promise<boolean>;
      env?: object;
      /** Another user, for tests that run as root. */
      uid?: number;
    } = {},
  ): Promise<Outcome> {
    const child = this.#spawn(args, more.env, more.uid);
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (text: Buffer) => {
      said.stdout += text;
      if (more.interruptWhen !== undefined && said.stdout.includes(more.interruptWhen)) child.kill('SIGINT');
    });
    child.stderr?.on('data', (text: Buffer) => {
      said.stderr += text;
    });
    child.stdin?.end(more.input ?? '');
    if (more.interruptOnce !== undefined) {
      while (!(await more.interruptOnce()));
      child.kill('SIGINT');
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  }

  /** Starts a node and waits until it is there; what it says as JSON lines grows in `events`. */
  async up(
    args: readonly string[] = [],
  ): Promise<{ child: ChildProcess; events: Record<string, unknown>[] }> {
    const child = this.#spawn(['up', '--json', ...args]);
    this.#nodes.push(child);
    const events: Record<string, unknown>[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let rest = '';
    let complaint = '';
    child.stdout?.on('data', (text: Buffer) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) events.push(JSON.parse(line));
      resolve();
    });
    child.stderr?.on('data', (text: Buffer) => {
      complaint += text;
    });
    child.once('exit', () => reject(new Error(complaint)));
    await promise;
    return { child, events };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) {
      if (node.exitCode !== null || node.signalCode !== null) continue;
      const ended = once(node, 'exit');
      node.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(args: readonly string[], env: object = {}, uid?: number): ChildProcess {
    const own = {
      PATH: process.env.PATH,
      HOME: this.folder,
      KAI_STATE_HOME: join(this.folder, 'state'),
      // What one command compiled serves the next.
      XDG_CACHE_HOME: join(tmpdir(), 'kai-test-cache'),
    };
    return spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...own, ...env },
      stdio: 'pipe',
      ...(uid === undefined ? {} : { uid }),
    });
  }
}
