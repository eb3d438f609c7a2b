/** The first run, as a newcomer has it: a process, a real browser, and no mercy with SIGKILL. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KaiProcess } from './kai-process.ts';

const DOCUMENTS = join(import.meta.dirname, '../documents');
const PATIENCE = { timeout: 15_000, interval: 50 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kai-first-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function indexed(kai: KaiProcess, files: number): Promise<void> {
  await vi.waitFor(async () => {
    const { payload } = await kai.send('kai://agent.documents', 'documents.status');
    expect(payload).toMatchObject({ files, indexing: null });
  }, PATIENCE);
}

describe('a node that is killed', () => {
  it('has kept every note and reminder that it confirmed, and tells what fell due meanwhile', async () => {
    const data = join(folder, 'killed');
    const first = await KaiProcess.start(data, DOCUMENTS);
    for (let number = 1; number <= 20; number += 1) await first.say(`note: parcel ${number} is in the shed`);
    expect(await first.say('remind me in two seconds to take the pills')).toMatch(/take the pills/);
    await first.kill();
    await new Promise((resolve) => setTimeout(resolve, 2500));

    await using second = await KaiProcess.start(data, DOCUMENTS);
    const { payload } = await second.send('kai://agent.notes', 'notes.list', { limit: 100 });
    const { notes } = payload as { notes: { text: string }[] };
    expect(notes.map(({ text }) => text).sort()).toEqual(
      Array.from({ length: 20 }, (_, index) => `parcel ${index + 1} is in the shed`).sort(),
    );
    await vi.waitFor(async () => {
      const history = await second.send('kai://agent.kai-core', 'conversation.history', {});
      const { turns } = history.payload as { turns: { text: string }[] };
      expect(turns.at(-1)?.text).toMatch(/^Reminder: take the pills\./);
      expect(turns.filter(({ text }) => text.startsWith('Reminder:'))).toHaveLength(1);
    }, PATIENCE);
  });

  it('finishes an indexing that was cut off', async () => {
    const data = join(folder, 'indexing');
    const documents = join(folder, 'many');
    mkdirSync(documents);
    for (let number = 0; number < 400; number += 1) {
      const body = `# Plant ${number}\n\n${'Water it in the morning, not at noon. '.repeat(100)}\n\nIts label says tag-${number}.\n`;
      writeFileSync(join(documents, `plant-${number}.md`), body);
    }
    const first = await KaiProcess.start(data, documents);
    await vi.waitFor(() => {
      const progress = first.events.filter(({ event }) => event === 'tasks:documents.progress');
      expect(progress.length).toBeGreaterThan(0);
    }, PATIENCE);
    await first.kill();

    await using second = await KaiProcess.start(data, documents);
    await indexed(second, 400);
    expect(await second.say('what do my documents say about tag-399')).toContain('plant-399.md');
    expect(await second.say('what do my documents say about tag-0')).toContain('plant-0.md');
  });
});

const BROWSER = process.env.KAI_CHROMIUM ?? '/usr/bin/chromium';

describe('the window before a real node', () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    const quiet = ['--disable-background-networking', '--disable-component-update'];
    browser = await chromium.launch({ executablePath: BROWSER, args: [...args, ...quiet] });
  });
  afterAll(() => browser?.close());

  it('talks, shows where an answer comes from, and keeps the token out of the address', async () => {
    await using kai = await KaiProcess.start(join(folder, 'window'), DOCUMENTS);
    await indexed(kai, 8);
    const page = await (await browser.newContext()).newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await page.goto(kai.link);
    expect(page.url()).not.toContain('token');

    const composer = page.getByLabel('Say something to kAI');
    await composer.fill('what do my documents say about the boiler');
    await composer.press('Enter');
    const log = page.getByRole('log');
    await log.getByText(/Answered by the phrasebook, on this device/).waitFor();
    await page.getByRole('list', { name: 'Sources' }).getByRole('button').first().click();
    await page
      .getByRole('heading', { name: /boiler/i })
      .first()
      .waitFor();

    await composer.fill('note: the key is under the third pot');
    await composer.press('Enter');
    await log.getByText(/Noted: the key is under the third pot/).waitFor();
    expect(problems).toEqual([]);
  });

  it('shows a browser without the token nothing but how to get in', async () => {
    await using kai = await KaiProcess.start(join(folder, 'closed'), DOCUMENTS);
    const page = await (await browser.newContext()).newPage();
    await page.goto(new URL('/', kai.link).href);
    const status = await page.evaluate(async () => {
      const body = JSON.stringify({ to: 'kai://agent.notes', intent: 'notes.list', payload: {} });
      return (
        await fetch('/api/send', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      ).status;
    });
    expect(status).toBe(401);
    await page.screenshot({ path: process.env.KAI_SHOT ?? join(folder, 'closed.png') });
  });
});
