/**
 * Takes a picture of every state at every width, light and dark, for people to look at:
 * `node packages/ui/test/screenshots.ts <folder> [width-scheme …]`, for example `… /tmp/looks 390-dark`.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type View, WIDTHS, Windows } from './browser.ts';
import { STATES } from './states.ts';

const [folder = 'test-results', ...wanted] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
await using windows = await Windows.start();

for (const width of Object.values(WIDTHS)) {
  for (const scheme of ['light', 'dark'] as const) {
    if (wanted.length === 0 || wanted.includes(`${width}-${scheme}`)) await takeAll(width, scheme);
  }
}

async function takeAll(width: NonNullable<View['width']>, scheme: 'light' | 'dark'): Promise<void> {
  await using opened = await windows.open({ width, scheme });
  opened.node.traffic(50);
  for (const [state, reach] of Object.entries(STATES)) {
    await reach(opened);
    await opened.page.mouse.move(0, 0);
    await opened.page.screenshot({ path: join(folder, `${width}-${scheme} ${state}.png`) });
  }
}
