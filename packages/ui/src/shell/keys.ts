/**
 * The window's keys. They work on what the page shows (rows marked `data-row`, a field marked `data-search`), so
 * a room gets them by its markup alone. No key works while somebody types, but Esc.
 */

import { pressNewest } from '../parts/toast.tsx';
import { cell } from '../state/cell.ts';
import { goTo, ROOMS, type Room } from './route.ts';

/** The letter after `g` for each room. */
export const ROOM_LETTERS: Readonly<Record<Room, string>> = {
  conversation: 'c',
  agents: 'a',
  messages: 'm',
  memory: 'n',
  home: 'h',
};

export const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['1', '–', '5'], 'Switch to a room'],
  [['g', 'then', 'c a m n h'], 'Go to a room by its letter'],
  [['/'], 'Search, or write in the conversation'],
  [['j', 'k'], 'Next and previous row'],
  [['Enter'], 'Open the row; send what you wrote'],
  [['Shift', 'Enter'], 'A new line'],
  [['↑'], 'Bring back what you said before'],
  [['y'], 'Copy the row as a CLI command or JSON'],
  [['z'], 'Undo what the last notice offers'],
  [['Esc'], 'Close, or leave a field'],
  [['?'], 'Show these keys'],
];

/** `g` waits this long for its letter, in milliseconds. */
const CHORD_MS = 1_200;

/** Whether the sheet that explains the keys is open. */
export const keySheetShown = cell(false);

/** Call once. */
export function listenToKeys(): void {
  let chordUntil = 0;
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') return leave();
    if (isTyping(event.target) || document.querySelector(':popover-open, dialog[open]')) return;
    const chord = event.timeStamp < chordUntil;
    chordUntil = event.key === 'g' && !chord ? event.timeStamp + CHORD_MS : 0;
    if (chord ? goByLetter(event.key) : press(event.key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  switch (key) {
    case 'j':
      return moveRow(1);
    case 'k':
      return moveRow(-1);
    case '/':
      return focus('[data-search]');
    case 'y':
      return click(document.activeElement?.closest('[data-item]')?.querySelector('.copy-opener'));
    case 'z':
      pressNewest();
      return true;
    case '?':
      keySheetShown.set(true);
      return true;
    default:
      return goByNumber(key);
  }
}

function goByNumber(key: string): boolean {
  const room = ROOMS[Number(key) - 1];
  if (room !== undefined) goTo(room);
  return room !== undefined;
}

function goByLetter(letter: string): boolean {
  const room = ROOMS.find((name) => ROOM_LETTERS[name] === letter);
  if (room !== undefined) goTo(room);
  return room !== undefined;
}

/** Moves the focus among the rows of the list that has it, or else of the room's first list. */
function moveRow(step: number): boolean {
  const here = document.activeElement;
  const list = here?.closest('[data-list]') ?? document.querySelector('main [data-list]');
  const rows = [...(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const current = here?.closest('[data-item]')?.querySelector<HTMLElement>('[data-row]');
  const at = rows.findIndex((row) => row === here || row === current);
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

function leave(): void {
  if (document.querySelector(':popover-open, dialog[open]')) return;
  if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur();
  else click(document.querySelector('[data-close]'));
}

function focus(selector: string): boolean {
  const field = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.checkVisibility());
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
  return field !== undefined;
}

function click(target: Element | null | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  target.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches('textarea, select, input:not([type=checkbox], [type=radio])') || target.isContentEditable
  );
}
