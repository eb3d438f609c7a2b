/** Every state that a person sees, and the way to it from the one before: what the looks are judged by. */

import { type Opened, say } from './browser.ts';

export const STATES: Readonly<Record<string, (opened: Opened) => Promise<void>>> = {
  'empty conversation': async ({ page }) => page.locator('.suggestion').first().waitFor(),
  answer: async ({ page }) => say(page, 'what do my documents say about the boiler pressure'),
  source: async ({ page }) => {
    await page.getByRole('button', { name: /House handbook/ }).click();
    await page.locator('.is-passage').first().waitFor();
  },
  agents: async (opened) => go(opened, 'agents', '.agent-row'),
  agent: async ({ page }) => {
    await page.locator('.agent-row .row-link').first().click();
    await page.locator('.intent summary').first().click();
  },
  snapshots: async ({ page }) => {
    await page.getByRole('button', { name: 'Roll back to this' }).first().click();
    await page.locator('.snapshot-found').scrollIntoViewIfNeeded();
  },
  messages: async (opened) => go(opened, 'messages', '.message-row'),
  trace: async ({ page }) => {
    await page.locator('.message-row .row-link').first().click();
    await page.locator('.timeline').waitFor();
  },
  'dead letters': async (opened) => go(opened, 'messages/dead', '.letter'),
  notes: async (opened) => go(opened, 'memory', '.note-row'),
  reminders: async (opened) => go(opened, 'memory/reminders', '.reminder-row'),
  home: async (opened) => go(opened, 'home', '.card'),
  keys: async ({ page }) => {
    await page.locator('main').press('?');
    await page.locator('.key-sheet').waitFor();
  },
  away: async ({ page, node }) => {
    await page.keyboard.press('Escape');
    await node.stop();
    await page.locator('.connection-line').waitFor();
  },
};

async function go({ page, node }: Opened, path: string, awaited: string): Promise<void> {
  await page.goto(`${node.url}#/${path}`);
  await page.locator(awaited).first().waitFor();
}
