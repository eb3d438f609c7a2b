/**
 * Opens the built window in Chromium before a stand-in of the node. One build and one browser a test file; each
 * page has a context of its own, so nothing that one test keeps is seen by another.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { StandIn } from './stand-in.ts';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const WIDTHS = { phone: 390, tablet: 820, desk: 1440 } as const;
const HEIGHTS: Readonly<Record<number, number>> = { 390: 844, 820: 1180, 1440: 900 };

export interface View {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  /** Whether the service worker may install itself. */
  readonly worker?: boolean;
}

export interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly node: StandIn;
  /** What the page reported as an error: scripts that threw, what the policy blocked. */
  readonly problems: readonly string[];
}

export class Windows implements AsyncDisposable {
  readonly dist: string;
  readonly #browser: Browser;

  private constructor(dist: string, browser: Browser) {
    this.dist = dist;
    this.#browser = browser;
  }

  static async start(): Promise<Windows> {
    const dist = await mkdtemp(join(tmpdir(), 'kai-window-'));
    // Vitest says `test`, and Vite would then leave out what only a product has: the service worker.
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    await build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      logLevel: 'silent',
      mode: 'production',
      build: { outDir: dist, emptyOutDir: true },
    });
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    const executablePath = process.env.KAI_CHROMIUM ?? '/usr/bin/chromium';
    return new Windows(dist, await chromium.launch({ executablePath, args: ARGS }));
  }

  async open({ width = WIDTHS.desk, scheme = 'light', worker = false }: View = {}): Promise<Opened> {
    const node = new StandIn(this.dist);
    await node.start();
    const context = await this.#browser.newContext({
      viewport: { width, height: HEIGHTS[width] ?? 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      serviceWorkers: worker ? 'allow' : 'block',
      permissions: ['clipboard-read', 'clipboard-write', 'notifications'],
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('ERR_CONNECTION')) problems.push(line.text());
    });
    await page.goto(node.url);
    return {
      page,
      context,
      node,
      problems,
      async [Symbol.asyncDispose]() {
        await context.close();
        await node[Symbol.asyncDispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await rm(this.dist, { recursive: true, force: true });
  }
}

/** Says something and waits until the answer is whole. */
export async function say(page: Page, text: string): Promise<void> {
  const before = await page.locator('.turn-kai .turn-foot').count();
  await page.getByRole('textbox', { name: 'Say something to kAI' }).fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.turn-kai .turn-foot').nth(before).waitFor();
}
