/** The time of day, as rooms see it: a cell that moves once a second, so that "in 4 minutes" stays true. */

import { cell } from './cell.ts';

const TICK_MS = 1_000;

export const now = cell(Date.now());

/** Call once. */
export function startClock(): void {
  setInterval(() => now.set(Date.now()), TICK_MS);
}
