/** Two or three views of one room, one of them chosen. Each is a link of its own, so that Back works. */

import type { JSX } from 'preact';

export interface Tab {
  readonly label: string;
  readonly href: string;
  readonly count?: number;
}

export function Tabs({
  label,
  tabs,
  chosen,
}: {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
}): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ label: name, href, count }) => (
        <a key={href} href={href} class="tab" aria-current={href === chosen ? 'page' : undefined}>
          {name}
          {count !== undefined && <span class="tab-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
