/** Light, dark, or as the system has it. The choice stays in this browser; /theme.js applies it before the first paint. */

import { cell } from '../state/cell.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'kai.theme';

export const theme = cell<Theme>(chosen());

export function chooseTheme(next: Theme): void {
  theme.set(next);
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage is closed: the choice lasts as long as the page.
  }
}

function chosen(): Theme {
  return THEMES.find((name) => name === document.documentElement.dataset.theme) ?? 'system';
}
