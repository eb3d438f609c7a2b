/** A node of the assistant as people start it: its own process, killed without warning when a test wants that. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../../..');

export interface Announced {
  readonly event: string;
  readonly [member: string]: unknown;
}

export interface StartOptions {
  /** The configuration; the assistant's own unless it is named. */
  readonly config?: string;
  /** The port of the window; any that is free unless it is named. */
  readonly port?: number;
}

export class KaiProcess implements AsyncDisposable {
  /** The link that lets a window in. */
  readonly link: string;
  readonly events: Announced[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, link: string, events: Announced[]) {
    this.#child = child;
    this.link = link;
    this.events = events;
  }

  /** Starts it over `data` and `documents`; resolves once it is ready. */
  static async start(data: string, documents: string, options: StartOptions = {}): Promise<KaiProcess> {
    const { config = join(ROOT, 'examples/assistant/kai.yaml'), port = 0 } = options;
    const kai = join(ROOT, 'packages/kai/bin/kai.js');
    const args = [kai, 'up', '--json', '--port', String(port), '--config', config, '--documents', documents];
    const env = { ...process.env, KAI_DATA: data, KAI_STATE_HOME: join(data, 'state'), KAI_LOG: 'error' };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const events: Announced[] = [];
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text;
    });
    const link = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as Announced;
        events.push(event);
        if (event.event === 'up') resolve(String(event.link));
      });
      child.once('exit', (code) => reject(new Error(`kai up ended with ${code}: ${said}`)));
    });
    return new KaiProcess(child, link, events);
  }

  /** Sends a message as a script does; gives the reply or the error. */
  async send(
    to: string,
    intent: string,
    payload: object = {},
  ): Promise<{ payload: unknown } & Record<string, unknown>> {
    const url = new URL(this.link);
    const response = await fetch(new URL('/api/send', url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${url.searchParams.get('token')}`,
      },
      body: JSON.stringify({ to, intent, payload }),
    });
    return (await response.json()) as { payload: unknown } & Record<string, unknown>;
  }

  async say(text: string): Promise<string> {
    const { payload } = await this.send('kai://agent.kai-core', 'conversation.say', { text });
    return (payload as { text: string }).text;
  }

  /** SIGKILL: no goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
