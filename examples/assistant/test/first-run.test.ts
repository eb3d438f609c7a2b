/** The first run, as a newcomer has it: a process, a real browser, and no mercy with SIGKILL. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StandInServer, startOllamaStandIn } from '@kai/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
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

async function dueOf(kai: KaiProcess, what: string): Promise<number> {
  const { payload } = await kai.send('kai://agent.reminders', 'reminders.list');
  const { reminders } = payload as { reminders: readonly { what: string; due: number }[] };
  return reminders.find((reminder) => reminder.what === what)?.due ?? Number.NaN;
}

describe('a node that is killed', () => {
  it('has kept every note and reminder that it confirmed, and tells what fell due meanwhile', async () => {
    const data = join(folder, 'killed');
    const first = await KaiProcess.start(data, DOCUMENTS);
    for (let number = 1; number <= 20; number += 1) await first.say(`note: parcel ${number} is in the shed`);
    expect(await first.say('remind me in two seconds to take the pills')).toMatch(/take the pills/);
    const due = await dueOf(first, 'take the pills');
    await first.kill();
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(due), PATIENCE);

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
const AGENTS = join(import.meta.dirname, '../agents');
const ROOMS = ['conversation', 'agents', 'messages', 'memory', 'memory/reminders', 'home'];

/** The assistant with a model that begins a story and never ends it. */
async function startWithModel(data: string, model: StandInServer): Promise<KaiProcess> {
  const config = join(folder, 'with-model.yaml');
  const lines = [
    'agents:',
    '  - use: kai-core',
    `  - file: ${join(AGENTS, 'documents/documents.ts')}`,
    `  - file: ${join(AGENTS, 'notes.ts')}`,
    `  - file: ${join(AGENTS, 'reminders/reminders.ts')}`,
    'models:',
    '  - kind: ollama',
    `    url: ${model.url}`,
    '    model: storyteller',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return KaiProcess.start(data, DOCUMENTS, { config });
}

function startStoryteller(): Promise<StandInServer> {
  return startOllamaStandIn({
    models: [{ name: 'storyteller', capabilities: ['completion', 'tools'] }],
    script: () => [{ kind: 'text', text: 'Once upon a time there was a house. ' }, { kind: 'hang' }],
  });
}

describe('the window before a real node', () => {
  let browser: Browser;
  let model: StandInServer;
  let kai: KaiProcess;
  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    const quiet = ['--disable-background-networking', '--disable-component-update'];
    browser = await chromium.launch({ executablePath: BROWSER, args: [...args, ...quiet] });
    model = await startStoryteller();
    kai = await startWithModel(join(folder, 'window'), model);
    await indexed(kai, 8);
  });
  afterAll(async () => {
    await browser?.close();
    await kai?.[Symbol.asyncDispose]();
    await model?.[Symbol.asyncDispose]();
  });

  it('talks, opens a source at its line, and keeps the token out of the address', async () => {
    await using window = await openWindow(browser, kai.link);
    const { page } = window;
    expect(page.url()).not.toContain('token');
    await say(page, 'what do my documents say about E119');
    const log = page.getByRole('log');
    await log
      .getByText(/Answered by the phrasebook, on this device — matched “what do my documents/)
      .waitFor();
    const source = page.getByRole('list', { name: 'Sources' }).getByRole('button').first();
    const [, line] = /line (\d+)/.exec((await source.textContent()) ?? '') ?? [];
    expect(await source.textContent()).not.toContain('**');
    await source.click();
    const passage = page.locator('.line.is-passage').first();
    await passage.waitFor();
    expect(await passage.locator('.line-number').textContent()).toBe(line);
    expect(await passage.textContent()).toContain('E119');
    await say(page, 'note: the key is under the third pot');
    await log.getByText('Noted: the key is under the third pot').waitFor();
    expect(window.problems).toEqual([]);
  });

  it('stops an answer that does not end, and the model hears of it', async () => {
    await using window = await openWindow(browser, kai.link);
    const { page } = window;
    await say(page, 'tell me about a house');
    await page.getByRole('log').getByText('Once upon a time there was a house.').waitFor();
    expect(model.left).toBe(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('You stopped this.').waitFor();
    await vi.waitFor(() => expect(model.left).toBe(1), PATIENCE);
  });

  it('clears the conversation in every window, and brings it back', async () => {
    await using window = await openWindow(browser, kai.link);
    const { page } = window;
    await say(page, 'note: water the tomatoes');
    const noted = (one: Page) => one.getByRole('log').getByText('Noted: water the tomatoes');
    await noted(page).waitFor();
    const other = await page.context().newPage();
    await other.goto(kai.link);
    await noted(other).waitFor();
    // A window behind another one paints seldom, and a click waits for that.
    await page.bringToFront();
    await page.getByRole('button', { name: 'Clear' }).click();
    for (const one of [page, other])
      await one.getByRole('heading', { name: 'What shall be done?' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    for (const one of [page, other]) await noted(one).waitFor();
    expect(window.problems).toEqual([]);
  });

  it('sets and cancels a reminder, deletes a note, and undoes both', async () => {
    await using window = await openWindow(browser, kai.link, '#/memory');
    const { page } = window;
    const field = page.getByRole('textbox', { name: 'New reminder' });
    await field.fill('call the school');
    await field.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await field.inputValue()).toBe('call the school');
    await field.fill('in 20 minutes call the school');
    await field.press('Enter');
    const reminder = page.locator('.reminder-row', { hasText: 'call the school' });
    await reminder.getByText(/in 20 minutes/).waitFor();
    await reminder.getByRole('button', { name: /^Cancel/ }).click();
    await reminder.getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await reminder.getByText('Waiting').waitFor();

    await page.getByRole('textbox', { name: 'New note' }).fill('two lemons');
    await page.getByRole('button', { name: 'Keep' }).click();
    const note = page.locator('.note-row', { hasText: 'two lemons' });
    await note.getByRole('button', { name: /^Delete/ }).click();
    await note.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await note.waitFor();
    expect(window.problems).toEqual([]);
  });

  it('shows the agents, and follows a message to its effect', async () => {
    await using window = await openWindow(browser, kai.link, '#/agents');
    const { page } = window;
    await page.getByRole('main').getByText('All 5 agents are well').waitFor();
    await page.getByRole('link', { name: /documents/ }).click();
    await page.getByText('documents.ask').click();
    await page.getByText('look up {topic}', { exact: true }).waitFor();

    await page.goto(new URL('#/conversation', kai.link).href);
    await say(page, 'what do my documents say about the school');
    const reply = page.locator('.turn-kai', { hasText: 'school-calendar.html' }).last();
    await reply.getByRole('button', { name: 'More for this reply' }).click();
    await page.getByRole('menuitem', { name: 'Follow this message' }).click();
    const steps = page.locator('.timeline');
    for (const intent of ['conversation.say', 'documents.ask'])
      await steps.getByText(intent, { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');

    const reads = page.locator('.message-row', { hasText: 'node.trace' });
    expect(await reads.count()).toBe(0);
    await page.getByRole('button', { name: 'This window’s own reads: hidden' }).click();
    await reads.first().waitFor();
    expect(window.problems).toEqual([]);
  });

  it('fits a phone in every room', async () => {
    await using window = await openWindow(browser, kai.link, '', { width: 390, height: 844 });
    const { page } = window;
    for (const room of ROOMS) {
      await page.goto(new URL(`#/${room}`, kai.link).href);
      await page
        .locator('.turn, .agent-row, .message-row, .note-row, .reminder-row, .card')
        .first()
        .waitFor();
      const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(beyond, room).toBeLessThanOrEqual(0);
    }
    await page.goto(new URL('#/conversation', kai.link).href);
    await say(page, 'what do my documents say about the boiler');
    const [end, field] = [page.locator('.turn').last(), page.locator('.composer')];
    await end.getByText('boiler-manual.md').last().waitFor();
    await end.getByText(/Answered by/).waitFor();
    // The answer came in one go, and its end is what one sees.
    expect(await page.getByRole('button', { name: 'To the newest turn' }).count()).toBe(0);
    const bottom = async () => ((await end.boundingBox())?.y ?? 0) + ((await end.boundingBox())?.height ?? 0);
    await expect.poll(bottom).toBeLessThanOrEqual((await field.boundingBox())?.y ?? 0);
    expect(window.problems).toEqual([]);
  });

  it('keeps what it has seen while the node is gone, and goes on when it is back', async () => {
    const data = join(folder, 'away');
    const first = await KaiProcess.start(data, DOCUMENTS);
    await using window = await openWindow(browser, first.link);
    const { page } = window;
    await say(page, 'note: the ladder is at Novak’s');
    const noted = page.getByRole('log').getByText('Noted: the ladder is at Novak’s');
    await noted.waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await first.kill();
    await page.getByText('Not connected').waitFor();
    await page.reload();
    await noted.waitFor();
    await page.getByText(/You see what was known/).waitFor();

    const port = Number(new URL(first.link).port);
    await using _second = await KaiProcess.start(data, DOCUMENTS, { port });
    await page.getByText('Not connected').waitFor({ state: 'detached' });
    await say(page, 'what did I note about the ladder');
    await page
      .getByRole('log')
      .getByText(/Answered by the phrasebook/)
      .nth(1)
      .waitFor();
    await expect.poll(() => page.locator('.turn').count()).toBe(4);
  });

  it('tells a browser without the token how to get in, and nothing else', async () => {
    await using window = await openWindow(browser, new URL('/', kai.link).href);
    const { page } = window;
    await page.getByRole('heading', { name: 'This window is not let in yet' }).waitFor();
    const status = await page.evaluate(async () => {
      const body = JSON.stringify({ to: 'kai://agent.notes', intent: 'notes.list', payload: {} });
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/send', { method: 'POST', body, headers })).status;
    });
    expect(status).toBe(401);
    await (await page.context().newPage()).goto(kai.link);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.pulse').getByText('Online').waitFor();
  });
});

interface OpenWindow extends AsyncDisposable {
  readonly page: Page;
  /** What the page reported as an error. */
  readonly problems: readonly string[];
}

/** A browser of its own at `link`, then at `place` in the window. */
async function openWindow(
  browser: Browser,
  link: string,
  place = '',
  viewport = { width: 1440, height: 900 },
): Promise<OpenWindow> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
  await page.goto(link);
  if (place !== '') await page.goto(new URL(place, link).href);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

async function say(page: Page, text: string): Promise<void> {
  const composer = page.getByLabel('Say something to kAI');
  // A phone has no room for this word, but it has it.
  await page.locator('.pulse').getByText('Online').waitFor({ state: 'attached' });
  await composer.fill(text);
  await composer.press('Enter');
}
