/** Each journey through the window, clicked through in Chromium as a person would. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say, WIDTHS, Windows } from './browser.ts';
import { NODE } from './stand-in/intents.ts';

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(async () => windows[Symbol.asyncDispose]());

const LIMIT_MS = 60_000;

describe('the conversation', () => {
  it(
    'offers examples, streams an answer with its steps, and says who answered and why',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page } = opened;
      await page.getByRole('button', { name: /note: call the plumber/ }).click();
      const field = page.getByRole('textbox', { name: 'Say something to kAI' });
      expect(await field.inputValue()).toBe('note: call the plumber on Monday');
      await field.press('Enter');
      await page.getByText('Answered by the phrasebook, on this device — matched “note: {text}”').waitFor();
      await page.getByText('Asked notes').click();
      await page.getByText('notes.add').waitFor();
      await expect.poll(() => page.locator('.turn').count()).toBe(2);
      await field.press('ArrowUp');
      expect(await field.inputValue()).toBe('note: call the plumber on Monday');
      await field.press('ArrowDown');
      await field.pressSequentially('one');
      await field.press('Shift+Enter');
      await field.pressSequentially('two');
      expect(await field.inputValue()).toBe('one\ntwo');
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'opens a source at the passage it quotes, and Esc closes it',
    async () => {
      await using opened = await windows.open();
      const { page } = opened;
      await say(page, 'what do my documents say about the boiler pressure');
      await page.getByRole('button', { name: /House handbook/ }).click();
      const passage = page.locator('.is-passage').first();
      await passage.waitFor();
      expect(await passage.textContent()).toContain('If the pressure falls below 1.0 bar');
      await expect.poll(() => inSight(passage)).toBe(true);
      await page.keyboard.press('Escape');
      await page.locator('.detail').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: /Boiler manual/ }).click();
      await page.getByText('is no longer in the folder').waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'stops an answer, keeps what came, and brings a cleared conversation back',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.tablet });
      const { page } = opened;
      await page.getByRole('textbox', { name: 'Say something to kAI' }).fill('tell me a story');
      await page.keyboard.press('Enter');
      await page.getByText('Sentence 2 of').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('You stopped this.').waitFor();
      expect(await page.getByText('Sentence 80 of').count()).toBe(0);
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('The conversation was cleared.').waitFor();
      await page.getByRole('heading', { name: 'What shall be done?' }).waitFor();
      await page.locator('main').press('z');
      await page.locator('.turn-person').getByText('tell me a story').waitFor();
    },
    LIMIT_MS,
  );

  it(
    'shows what another window says, and a reminder that fires',
    async () => {
      await using opened = await windows.open();
      const { page, context, node } = opened;
      await page.locator('.suggestion').first().waitFor();
      const other = await context.newPage();
      await other.goto(node.url);
      await say(other, 'note: from the other window');
      await page.locator('.turns').getByText('Noted: from the other window').waitFor();
      await expect.poll(() => page.locator('.turn').count()).toBe(2);
      node.house.fireReminder();
      await page.locator('.turn-about').waitFor();
      await page.locator('.turns').getByText('Reminder: Take the bread out of the oven').waitFor();
    },
    LIMIT_MS,
  );
});

describe('the agents', () => {
  it(
    'say at a glance who needs attention, and change in place',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.keyboard.press('2');
      await page.getByRole('main').getByText('Look at: weather-station').waitFor();
      node.house.setAgent('weather-station', { health: 'alive' });
      await page.getByRole('main').getByText('All 6 agents are well').waitFor();
      await page.locator('.pulse').getByText('All 6 agents are well').waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('summ');
      await expect.poll(() => page.locator('.agent-row').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'documents', level: 2 }).waitFor();
      await page.getByText('documents.ask').click();
      await page.getByText('(find|look up) {topic} [in my documents]').waitFor();
      await page.getByRole('button', { name: 'Copy as CLI command' }).first().click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        `kai send kai://agent.documents documents.ask '{"topic":"…"}'`,
      );
    },
    LIMIT_MS,
  );
});

describe('the snapshots of an agent', () => {
  it(
    'are taken, compared with now, rolled back to after a look at what that changes, and left again',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page, node } = opened;
      const { snapshots } = node.house;
      const address = `${NODE}.notes`;
      const before = snapshots.stateOf(address);
      await page.goto(`${node.url}#/agents/${encodeURIComponent(address)}`);
      const shown = page.locator('.snapshot');
      await expect.poll(() => shown.count()).toBe(2);
      await page.getByRole('textbox', { name: 'Note on the snapshot' }).fill('before I clear up');
      await page.getByRole('button', { name: 'Take a snapshot' }).click();
      await shown.first().getByText('before I clear up').waitFor();
      await shown
        .first()
        .getByText(/taken by hand · \d+ (B|KiB)/)
        .waitFor();
      const [taken] = snapshots.of(address);
      snapshots.change(address, { 'note/5': 'a thing that I regret' });
      await shown.first().getByRole('button', { name: 'Compare with now' }).click();
      await shown.first().getByText('Since then: 1 key added.').waitFor();
      await shown.first().getByRole('button', { name: 'Roll back to this' }).click();
      await shown.first().getByText('Going back: 1 key removed.').waitFor();
      expect(snapshots.stateOf(address)).toHaveProperty('note/5');
      await page.getByRole('button', { name: /^Roll notes back to today \d\d:\d\d$/ }).click();
      await page.getByText('What this replaced was kept as a snapshot.').waitFor();
      expect(snapshots.stateOf(address)).toEqual(before);
      await shown.first().getByText('before going back').waitFor();
      await page.getByRole('button', { name: 'Go back to before that' }).click();
      await expect.poll(() => snapshots.stateOf(address)).toHaveProperty('note/5');
      await expect.poll(() => shown.count()).toBe(5);
      await shown.nth(2).getByRole('button', { name: 'More for the snapshot' }).click();
      await page.getByRole('menuitem', { name: 'Copy as CLI command' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toBe(`kai diff ${taken?.id} now`);
      snapshots.offered = false;
      await page.reload();
      await page
        .getByText('this node keeps no snapshots: it was started without a place for them.')
        .waitFor();
      expect(await page.getByRole('button', { name: 'Take a snapshot' }).count()).toBe(0);
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('the messages', () => {
  it(
    'stream, filter, pause, and open as a timeline with the rule that decided',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      node.traffic(100);
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await page.locator('.message-row').nth(5).waitFor();
      expect(await page.locator('.message-row').count()).toBeLessThan(80);
      await page.getByRole('searchbox').fill('failed');
      await expect.poll(() => page.locator('.message-row').allTextContents().then(everyFailed)).toBe(true);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('button', { name: 'Pause' }).click();
      const first = await page.locator('.message-row').first().textContent();
      await page.getByRole('button', { name: /Resume \([1-9]/ }).waitFor();
      expect(await page.locator('.message-row').first().textContent()).toBe(first);
      await page.locator('.message-row [data-row]').nth(2).click();
      await page.getByText('Rule: local services').waitFor();
      await page.locator('.timeline-payload summary').first().click();
      await page.locator('.timeline-payload .json').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Not delivered' }).click();
      await page.getByText('REACH_DENIED').click();
      await page.getByText('would have left the place that its privacy label allows').waitFor();
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'that were not delivered are sent again or dropped, and say why they stay',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page, node } = opened;
      await page.goto(`${node.url}#/messages/dead`);
      const letters = page.locator('.letter');
      await letters.nth(3).waitFor();
      await page.getByRole('button', { name: 'More for letter' }).first().click();
      await page.getByRole('menuitem', { name: 'Copy as CLI command' }).click();
      const [first] = node.house.letters.all;
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toBe(`kai dead retry ${first?.id}`);
      await page.getByRole('button', { name: 'Send again weather.now to weather-station' }).click();
      await page.getByText('Sent again: weather.now to weather-station; it is done.').waitFor();
      await expect.poll(() => letters.count()).toBe(3);
      await page.getByRole('button', { name: 'Send all again' }).click();
      await page.getByText('None was sent; 2 messages stay.').waitFor();
      const stayed = letters.filter({ hasText: 'text.summarise' }).locator('.letter-kept');
      await stayed.getByText('it may not leave the device').waitFor();
      await letters.nth(1).locator('.letter-kept').getByText('publish it again, or drop it').waitFor();
      await letters
        .nth(2)
        .getByRole('button', { name: /^Drop notes.changed/ })
        .click();
      await letters
        .nth(2)
        .getByText(/^Drop notes.changed to .+\? It is forgotten for good/)
        .waitFor();
      await letters.nth(2).getByRole('button', { name: 'Keep it' }).click();
      await letters
        .nth(2)
        .getByRole('button', { name: /^Drop notes.changed/ })
        .click();
      await letters.nth(2).getByRole('button', { name: 'Drop it' }).click();
      await expect.poll(() => letters.count()).toBe(1);
      expect(node.house.letters.all).toHaveLength(1);
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'keep the place of who reads further down while new ones arrive',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page, node } = opened;
      await page.goto(`${node.url}#/messages`);
      await page.locator('.message-row').first().waitFor();
      const box = page.locator('.rows.virtual');
      await box.evaluate((list) => list.scrollTo({ top: 1_280 }));
      const seen = await rowAtTop(box);
      node.traffic(100);
      await expect.poll(() => box.evaluate((list) => list.scrollTop)).toBeGreaterThan(2_000);
      expect(await rowAtTop(box)).toBe(seen);
    },
    LIMIT_MS,
  );
});

describe('the memory', () => {
  it(
    'keeps, finds, deletes and restores notes',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page } = opened;
      await page.getByRole('link', { name: 'Memory' }).click();
      await page.getByRole('textbox', { name: 'New note' }).fill('Milk, and two lemons');
      await page.getByRole('button', { name: 'Keep' }).click();
      await page.getByText('Milk, and two lemons').waitFor();
      await page.getByRole('searchbox').fill('lemons');
      await expect.poll(() => page.locator('.note-row').count()).toBe(1);
      await page.getByRole('button', { name: 'Delete the note “Milk, and two lemons”' }).click();
      await page.getByText('No note about “lemons”').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.locator('.note-row').getByText('Milk, and two lemons').waitFor();
      await page.getByRole('button', { name: /^More for note/ }).click();
      await page.getByRole('menuitem', { name: 'Copy as CLI command' }).click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        `kai send kai://agent.notes notes.add '{"text":"Milk, and two lemons"}'`,
      );
    },
    LIMIT_MS,
  );

  it(
    'sets reminders in plain words, says what it did not understand, cancels and restores',
    async () => {
      await using opened = await windows.open();
      const { page } = opened;
      await page.keyboard.press('4');
      const field = page.getByRole('textbox', { name: 'New reminder' });
      await field.fill('some day call the school');
      await field.press('Enter');
      await page.getByText('When shall I remind you?').waitFor();
      expect(await field.inputValue()).toBe('some day call the school');
      await field.fill('in 20 minutes call the school');
      await field.press('Enter');
      const row = page.locator('.reminder-row', { hasText: 'call the school' });
      await row.getByText(/in 20 minutes · to(day|morrow) \d\d:\d\d/).waitFor();
      await row.getByRole('button', { name: /^Cancel/ }).click();
      await row.getByText('Cancelled').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await row.getByText('Waiting').waitFor();
    },
    LIMIT_MS,
  );
});

describe('home', () => {
  it(
    'shows models with their reach and documents with their progress, and switches the theme',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.tablet });
      const { page, node } = opened;
      await page.keyboard.press('5');
      await page.getByText('what you say stays on this device').waitFor();
      await page.getByText('Reading 131 of 214').waitFor();
      node.house.setDocuments({ indexing: null });
      await page.getByText('Reading 131 of 214').waitFor({ state: 'detached' });
      const ground = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.getByRole('button', { name: 'Dark' }).click();
      expect(await ground()).not.toBe(light);
      await page.reload();
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    },
    LIMIT_MS,
  );
});

describe('what this browser keeps', () => {
  it(
    'is nothing once the person says so',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone });
      const { page } = opened;
      await say(page, 'note: a secret');
      const kept = (): Promise<string> => page.evaluate(() => JSON.stringify(localStorage));
      await expect.poll(kept).toContain('a secret');
      await page.getByRole('link', { name: 'Home' }).click();
      await page.getByRole('switch', { name: 'Keep for offline' }).click();
      expect(await kept()).not.toContain('kai.kept');
      await page.getByRole('link', { name: 'Talk' }).click();
      await say(page, 'note: another secret');
      await page.reload();
      expect(await kept()).not.toContain('secret');
    },
    LIMIT_MS,
  );

  it(
    'cannot break the window, even when it is damaged',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.locator('.pulse').getByText('Online').waitFor();
      await node.stop();
      await page.evaluate(() => {
        const damage = (): void =>
          localStorage.setItem('kai.kept.turns.1', '{"value":[{"role":"kai","id":"x","at":1}],"at":1}');
        addEventListener('pagehide', damage);
      });
      await node.start();
      await page.reload();
      await page.getByText('Conversation cannot be shown').waitFor();
      await page.getByRole('link', { name: 'Agents' }).click();
      await page.locator('.agent-row').first().waitFor();
      await page.getByRole('link', { name: 'Conversation', exact: true }).click();
      await page.locator('.suggestion').first().waitFor();
    },
    LIMIT_MS,
  );
});

describe('the connection', () => {
  it(
    'is lost and found again without a word lost',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.clock.install();
      await page.reload();
      await say(page, 'note: before');
      await node.stop();
      await page.locator('.connection-line').waitFor();
      const field = page.getByRole('textbox', { name: 'Say something to kAI' });
      await field.fill('note: while away');
      await field.press('Enter');
      await page.getByText('Not sent: kAI is not connected.').waitFor();
      expect(await field.inputValue()).toBe('note: while away');
      // The window's own clock stands still, so that it is the button that reconnects and not the next attempt.
      await page.clock.pauseAt(await page.evaluate(() => Date.now() + 100));
      await page.getByText(/Trying again in \d+ s/).waitFor();
      await node.start();
      await page.getByRole('button', { name: 'Try now' }).click();
      await page.clock.resume();
      await page.locator('.connection-line').waitFor({ state: 'detached' });
      await field.press('Enter');
      await page.locator('.turns').getByText('Noted: while away').waitFor();
      await expect.poll(() => page.locator('.turn').count()).toBe(4);
    },
    LIMIT_MS,
  );

  it(
    'comes back by itself',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.locator('.pulse').getByText('Online').waitFor();
      await node.stop();
      await page.locator('.connection-line').waitFor();
      await node.start();
      await page.locator('.pulse').getByText('Online').waitFor();
    },
    LIMIT_MS,
  );

  it(
    'that breaks during an answer is said, and the question can be asked again',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.getByRole('textbox', { name: 'Say something to kAI' }).fill('tell me a story');
      await page.keyboard.press('Enter');
      await page.getByText('Sentence 2 of').waitFor();
      await node.stop();
      await page.getByText('The connection was lost before the answer came.').waitFor();
      await page.getByRole('button', { name: 'Ask again' }).click();
      expect(await page.getByRole('textbox', { name: 'Say something to kAI' }).inputValue()).toBe(
        'tell me a story',
      );
    },
    LIMIT_MS,
  );

  it(
    'that is refused later says so above what was seen',
    async () => {
      await using opened = await windows.open();
      const { page, node } = opened;
      await page.locator('.pulse').getByText('Online').waitFor();
      await node.stop();
      node.known = false;
      await node.start();
      await page.locator('.connection-line').getByText('Not let in').waitFor();
      await page.locator('.talk').waitFor();
    },
    LIMIT_MS,
  );

  it(
    'refused from the first says what that means and how to get in',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone, known: false });
      const { page, node } = opened;
      await page.getByRole('heading', { name: 'This window is not let in yet' }).waitFor();
      await page.getByText('find the line that begins with “Open”').waitFor();
      node.known = true;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.suggestion').first().waitFor();
    },
    LIMIT_MS,
  );

  it(
    'is not needed to see what was seen: the window opens offline with its age',
    async () => {
      await using opened = await windows.open({ width: WIDTHS.phone, worker: true });
      const { page, node } = opened;
      await say(page, 'note: keep me');
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.reload();
      await page.locator('.turns').getByText('Noted: keep me').waitFor();
      await node.stop();
      await page.reload();
      await page.locator('.turns').getByText('Noted: keep me').waitFor();
      await page.getByText(/You see what was known just now/).waitFor();
      await page.getByRole('link', { name: 'Agents' }).click();
      await expect.poll(() => page.locator('.agent-row').count()).toBe(6);
      await page.getByRole('link', { name: 'Memory' }).click();
      await page.getByText('Mila is allergic to walnuts').waitFor();
    },
    LIMIT_MS,
  );
});

function everyFailed(rows: readonly string[]): boolean {
  return rows.length > 0 && rows.every((row) => row.includes('Failed'));
}

type Locator = ReturnType<import('playwright-core').Page['locator']>;

function inSight(target: Locator): Promise<boolean> {
  return target.evaluate((line) => {
    const { top, bottom } = line.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
}

/** The text of the row at the upper edge of a list. */
function rowAtTop(box: Locator): Promise<string> {
  return box.evaluate((list) => {
    const { left, top } = list.getBoundingClientRect();
    const row = document.elementFromPoint(left + 20, top + 20)?.closest('li');
    return row?.querySelector('.message-at')?.textContent ?? '';
  });
}
