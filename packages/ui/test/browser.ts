/**
 * Opens the built window in Chromium before a stand-in of the node. One browser a test file, one build for all of them;
 * each page has a context of its own, so nothing that one test keeps is seen by another.
 */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { builtWindow } from './built-window.ts';
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
export const HEIGHTS = { 390: 844, 820: 1180, 1440: 900 } as const;

export interface View {
  readonly width?: keyof typeof HEIGHTS;
  readonly scheme?: 'light' | 'dark';
  /** Whether the service worker may install itself. */
  readonly worker?: boolean;
  /** Whether the node knows the browser. */
  readonly known?: boolean;
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
    const executablePath = process.env.KAI_CHROMIUM ?? '/usr/bin/chromium';
    return new Windows(await builtWindow(), await chromium.launch({ executablePath, args: ARGS }));
  }

  async open({
    width = WIDTHS.desk,
    scheme = 'light',
    worker = false,
    known = true,
  }: View = {}): Promise<Opened> {
    const node = new StandIn(this.dist);
    node.known = known;
    await node.start();
    const context = await this.#browser.newContext({
      viewport: { width, height: HEIGHTS[width] },
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
  }
}

/** Says something and waits until the answer is whole. */
export async function say(page: Page, text: string): Promise<void> {
  const before = await page.locator('.turn-kai .turn-foot').count();
  await page.getByRole('textbox', { name: 'Say something to kAI' }).fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.turn-kai .turn-foot').nth(before).waitFor();
}
