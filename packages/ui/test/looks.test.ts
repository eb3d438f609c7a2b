/**
 * What holds for every room at every width, light and dark: nothing overflows, nothing serious for axe, no error
 * on the page; and the budgets of the whole: script, first paint, layout shift.
 */

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEIGHTS, WIDTHS, Windows } from './browser.ts';
import { STATES } from './states.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SCRIPT_GZIP_MAX = 50_000;
const FIRST_PAINT_MAX_MS = 1_000;
/** A slow tablet: this many times slower than the machine of the test. */
const SLOWDOWN = 4;
const LAYOUT_SHIFT_MAX = 0.02;
const LIMIT_MS = 60_000;

let windows: Windows;
let axe: string;
beforeAll(async () => {
  windows = await Windows.start();
  axe = await readFile(AXE, 'utf8');
}, LIMIT_MS);
afterAll(async () => windows[Symbol.asyncDispose]());

/** axe sees colours and structure, which are the same at each width: two views of the six are enough for it. */
const VIEWS = [
  { width: WIDTHS.phone, scheme: 'light', judged: true },
  { width: WIDTHS.phone, scheme: 'dark', judged: false },
  { width: WIDTHS.tablet, scheme: 'light', judged: false },
  { width: WIDTHS.tablet, scheme: 'dark', judged: false },
  { width: WIDTHS.desk, scheme: 'light', judged: false },
  { width: WIDTHS.desk, scheme: 'dark', judged: true },
] as const;

describe('every state', () => {
  it(
    'is in order at each width, light and dark',
    async () => {
      await using opened = await windows.open();
      const { page } = opened;
      await page.evaluate(axe);
      for (const [state, reach] of Object.entries(STATES)) {
        await reach(opened);
        for (const { width, scheme, judged } of VIEWS) {
          const view = `${state} at ${width} pixels in ${scheme}`;
          await page.setViewportSize({ width, height: HEIGHTS[width] });
          await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
          expect(await overflow(page), `${view} overflows`).toBe(0);
          if (judged) expect(await seriousFindings(page), view).toEqual([]);
        }
      }
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('the budgets', () => {
  it('hold for the script, compressed', async () => {
    const assets = join(windows.dist, 'assets');
    const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
    const all = [...scripts.map((name) => join(assets, name)), join(windows.dist, 'service-worker.js')];
    const sizes = await Promise.all(
      all.map(async (name) => gzipSync(await readFile(name), { level: 9 }).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SCRIPT_GZIP_MAX);
  });

  it(
    'hold for the first paint and for layout shift, on a slow tablet',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.tablet });
      const { page, context, node } = opened;
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
      await page.goto(`${node.url}?again`);
      await page.locator('.suggestion').first().waitFor();
      const { paint, shift } = await page.evaluate(async () => {
        const shifts = await new Promise<readonly PerformanceEntry[]>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries())).observe({
            type: 'layout-shift',
            buffered: true,
          });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve([])));
        });
        const worth = (entry: PerformanceEntry): number =>
          (entry as PerformanceEntry & { value?: number }).value ?? 0;
        return {
          paint:
            performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY,
          shift: shifts.reduce((sum, entry) => sum + worth(entry), 0),
        };
      });
      console.log(`first paint ${Math.round(paint)} ms at ${SLOWDOWN}× slower, layout shift ${shift}`);
      expect(paint).toBeLessThan(FIRST_PAINT_MAX_MS);
      expect(shift).toBeLessThan(LAYOUT_SHIFT_MAX);
    },
    LIMIT_MS,
  );

  it('allow no script, style or connection from elsewhere', async () => {
    const html = await readFile(join(windows.dist, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|https?:\/\//);
  });
});

/** Pixels by which the page, or anything that is not meant to scroll sideways, is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const wide = [
      document.documentElement,
      ...document.querySelectorAll<HTMLElement>('main, .rows, .scroller, .detail-body, .home'),
    ];
    return Math.max(0, ...wide.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
  });
}

interface Axe {
  run(
    context: Document,
    options: { resultTypes: readonly string[] },
  ): Promise<{
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  }>;
}

/** axe was injected as the debugger does it, beyond the page's Content-Security-Policy. */
async function seriousFindings(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate(() =>
    (Reflect.get(globalThis, 'axe') as Axe).run(document, { resultTypes: ['violations'] }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}
