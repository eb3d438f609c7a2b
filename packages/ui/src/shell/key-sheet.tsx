/** The sheet that `?` shows. A native dialog: it holds the focus, and Esc closes it. */

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { KEYS } from './keys.ts';

export function KeySheet({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="key-sheet" aria-labelledby="key-sheet-title" closedby="any" onClose={onClose}>
      <header class="detail-head">
        <h2 id="key-sheet-title" class="detail-title">
          Keys
        </h2>
        <button
          type="button"
          class="button icon-only"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <dl class="key-list">
        {KEYS.map(([keys, does]) => (
          <div key={does} class="key-row">
            <dt>
              {keys.map((key) =>
                /^(then|–)$/.test(key) ? ` ${key} ` : key.split(' ').map((one) => <kbd key={one}>{one}</kbd>),
              )}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
