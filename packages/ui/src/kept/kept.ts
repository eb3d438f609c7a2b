/**
 * What this browser keeps of what it has seen, so that the window shows something before the node answers and
 * while it is away. Each kind has one bounded entry in local storage, with the time at which the node last
 * said it. Storage that is full or closed is no error: then nothing is kept.
 */

import { type Cell, cell } from '../state/cell.ts';

export interface Kept<T> {
  readonly value: T;
  /** When the node said it: milliseconds since the epoch; 0 for never. */
  readonly at: number;
}

/** Characters that one entry may have; a larger one is not kept. */
export const KEPT_CHARACTERS_MAX = 400_000;
const PREFIX = 'kai.kept.';
const OFF = 'kai.keeping';
const WRITE_AFTER_MS = 500;
const waiting = new Map<string, () => void>();

/**
 * A cell that begins with what was kept under `name` and keeps what it is set to. `bound` cuts the value to
 * what is worth keeping. Change the number in `name` when the shape of `T` changes.
 */
export function keptCell<T>(name: string, empty: T, bound: (value: T) => T): Cell<Kept<T>> {
  const kept = cell<Kept<T>>(read(name) ?? { value: empty, at: 0 });
  kept.watch(() => {
    if (!waiting.has(name)) setTimeout(flush, WRITE_AFTER_MS);
    waiting.set(name, () => write(name, { ...kept.get(), value: bound(kept.get().value) }));
  });
  return kept;
}

/** Writes what waits, when the page is left. Call once. */
export function keepOnLeave(): void {
  addEventListener('pagehide', flush);
}

/** Whether this browser keeps anything. A person who shares the device may not want it. */
export const keeping = cell(readKeeping());

/** Without keeping, what was kept is forgotten at once; what is on the screen stays until the page is left. */
export function chooseKeeping(keep: boolean): void {
  keeping.set(keep);
  try {
    if (keep) return localStorage.removeItem(OFF);
    localStorage.setItem(OFF, 'off');
  } catch {
    // Storage is closed: nothing was kept.
  }
  forgetKept();
}

/** Forgets what was kept until now. */
export function forgetKept(): void {
  waiting.clear();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Storage is closed: nothing was kept.
  }
}

function readKeeping(): boolean {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return false;
  }
}

function flush(): void {
  for (const save of waiting.values()) save();
  waiting.clear();
}

function read<T>(name: string): Kept<T> | undefined {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : (JSON.parse(text) as Kept<T>);
  } catch {
    return undefined;
  }
}

function write(name: string, kept: Kept<unknown>): void {
  if (!keeping.get()) return;
  try {
    const text = JSON.stringify(kept);
    if (text.length <= KEPT_CHARACTERS_MAX) localStorage.setItem(PREFIX + name, text);
  } catch {
    // Full or closed: the window works without.
  }
}
