/**
 * What a list's row opens: beside the list on a wide screen, over it on a tablet, instead of it on a phone.
 * Takes the focus when it opens and gives it back when it closes; Esc closes it (see keys).
 */

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { ScrollBox } from './scroll-box.tsx';

export interface DetailPanelProps {
  readonly title: string;
  readonly subtitle?: string;
  readonly actions?: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function DetailPanel({ title, subtitle, actions, onClose, children }: DetailPanelProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside class="detail" aria-label={title}>
      <header class="detail-head">
        <div class="detail-names">
          <h2 ref={heading} tabIndex={-1} class="detail-title">
            {title}
          </h2>
          {subtitle !== undefined && <p class="detail-subtitle">{subtitle}</p>}
        </div>
        {actions}
        <button type="button" class="button icon-only" data-close aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <ScrollBox class="detail-body" label={`${title}, contents`}>
        {children}
      </ScrollBox>
    </aside>
  );
}
