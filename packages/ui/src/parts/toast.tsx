/**
 * Short notes at the edge of the window: what just happened, with the one button that helps (mostly Undo).
 * A note with a button stays longer; pointing at it or focusing it holds it.
 */

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { cell, useCell } from '../state/cell.ts';
import { Icon } from './icon.tsx';

export interface Toast {
  readonly key: number;
  readonly text: string;
  readonly button?: { readonly label: string; readonly press: () => void };
}

/** Notes shown at a time; an older one makes room. */
const TOASTS_MAX = 3;
const SHORT_MS = 4_000;
const LONG_MS = 10_000;

const toasts = cell<readonly Toast[]>([]);
let keys = 0;

export function toast(text: string, button?: Toast['button']): void {
  keys += 1;
  const next: Toast = { key: keys, text, ...(button === undefined ? {} : { button }) };
  toasts.update((all) => [...all, next].slice(-TOASTS_MAX));
}

/** Presses the newest note's button: what the key `z` does. */
export function pressNewest(): void {
  const newest = toasts.get().findLast(({ button }) => button !== undefined);
  if (newest !== undefined) press(newest);
}

function press(pressed: Toast): void {
  dismiss(pressed.key);
  pressed.button?.press();
}

function dismiss(key: number): void {
  toasts.update((all) => all.filter((one) => one.key !== key));
}

export function Toasts(): JSX.Element {
  const all = useCell(toasts);
  return (
    <section class="toasts" aria-live="polite" aria-label="Notices">
      {all.map((one) => (
        <ToastNote key={one.key} toast={one} />
      ))}
    </section>
  );
}

function ToastNote({ toast: shown }: { readonly toast: Toast }): JSX.Element {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(shown.key), shown.button === undefined ? SHORT_MS : LONG_MS);
    return () => clearTimeout(timer);
  }, [held, shown]);
  return (
    <div
      class="toast"
      role="status"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
      <span class="toast-text">{shown.text}</span>
      {shown.button !== undefined && (
        <button type="button" class="button small accent-text" onClick={() => press(shown)}>
          {shown.button.label}
        </button>
      )}
      <button
        type="button"
        class="button icon-only small"
        aria-label="Dismiss"
        onClick={() => dismiss(shown.key)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
