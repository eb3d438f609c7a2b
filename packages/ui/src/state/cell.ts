/**
 * A cell holds one value and tells who watches when it changes. Rooms read cells with {@link useCell}; only
 * the part that feeds a cell writes it.
 */

import { useLayoutEffect, useState } from 'preact/hooks';

export interface Cell<T> {
  get(): T;
  set(next: T): void;
  update(change: (value: T) => T): void;
  /** Returns the call that ends the watch. */
  watch(watcher: () => void): () => void;
}

export function cell<T>(value: T): Cell<T> {
  const watchers = new Set<() => void>();
  function set(next: T): void {
    if (Object.is(next, value)) return;
    value = next;
    for (const watcher of [...watchers]) watcher();
  }
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The cell's value; the component renders again when it changes. */
export function useCell<T>(watched: Cell<T>): T {
  const [, render] = useState({});
  useLayoutEffect(() => watched.watch(() => render({})), [watched]);
  return watched.get();
}
