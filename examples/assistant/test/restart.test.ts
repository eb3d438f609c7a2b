import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from 'kai';
import { describe, expect, it } from 'vitest';
import { TemporaryFolder } from './temporary-folder.ts';

const PROCESS = fileURLToPath(new URL('./assistant-process.ts', import.meta.url));

/** An assistant that can be killed as a power cut would. */
class Killable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterableIterator<string>;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  static async start(folder: TemporaryFolder): Promise<Killable> {
    const data = join(folder.path, 'data');
    mkdirSync(data, { recursive: true });
    const child = spawn(process.execPath, [PROCESS, data, join(folder.path, 'documents')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const started = new Killable(child, createInterface({ input: child.stdout as NodeJS.ReadableStream }));
    expect(await started.#read()).toBe('ready');
    return started;
  }

  async ask<T extends JsonValue = JsonObject>(intent: string, payload: JsonObject = {}): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify([intent, payload])}\n`);
    return (await this.#read()) as T;
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #read(): Promise<JsonValue> {
    return JSON.parse((await this.#lines.next()).value as string) as JsonValue;
  }
}

describe('after kill -9', () => {
  it('notes and reminders are there, and what fell due meanwhile comes late', async () => {
    using folder = new TemporaryFolder();
    folder.write('documents/a.md', 'x');
    const first = await Killable.start(folder);
    await first.ask('notes.add', { text: 'the boiler was serviced' });
    const { reminder } = await first.ask('reminders.add', { text: 'look at the oven in 1 second' });
    await first.ask('reminders.add', { text: 'take the pills in 3 hours' });
    await first.kill();
    while (Date.now() <= Number((reminder as JsonObject).due)) await wait(10);
    const second = await Killable.start(folder);
    expect(await second.ask('notes.search', { query: 'boilers' })).toMatchObject({
      notes: [{ text: 'the boiler was serviced' }],
    });
    let fired: readonly JsonObject[] = [];
    while (fired.length === 0) fired = await second.ask<readonly JsonObject[]>('fired');
    expect(fired).toMatchObject([{ reminder: { what: 'look at the oven' } }]);
    expect(await second.ask('reminders.list')).toMatchObject({ reminders: [{ what: 'take the pills' }] });
    await second.kill();
    const third = await Killable.start(folder);
    expect(await third.ask('reminders.list')).toMatchObject({ reminders: [{ what: 'take the pills' }] });
    expect(await third.ask('fired')).toEqual([]);
    await third.kill();
  });

  it('in the middle of reading, the next start goes on where it was', async () => {
    using folder = new TemporaryFolder();
    const files = 600;
    for (let at = 0; at < files; at += 1)
      folder.write(`documents/${at}.md`, `number${at} ${'and more words '.repeat(300)}`);
    const filesRead = async (assistant: Killable) => Number((await assistant.ask('documents.status')).files);
    const first = await Killable.start(folder);
    let before = 0;
    while (before === 0) before = await filesRead(first);
    await first.kill();
    expect(before).toBeLessThan(files);
    const second = await Killable.start(folder);
    expect(await filesRead(second)).toBeGreaterThanOrEqual(before);
    while ((await filesRead(second)) < files) await wait(20);
    for (const at of [0, 299, 599]) {
      const found = await second.ask('documents.ask', { topic: `number${at}` });
      expect(found).toMatchObject({ sources: [{ source: `${at}.md` }] });
    }
    await second.kill();
  }, 20_000);
});
