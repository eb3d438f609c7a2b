/** The drawings of the window: 20-pixel strokes in the colour of their text, hidden from screen readers. */

import type { JSX } from 'preact';

const PATHS = {
  conversation:
    'M3.500 5.500a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-4 3.200v-3.200a2 2 0 0 1-1.500-2z',
  agents:
    'M7 8.500a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2.500 16.500c.3-3 2-4.700 4.500-4.700s4.200 1.700 4.500 4.700M13 3.600a2.600 2.600 0 0 1 0 4.700M14.300 12.200c1.800.5 2.900 2 3.200 4.300',
  messages: 'M3 6h11m0 0-3-3m3 3-3 3M17 14H6m0 0 3-3m-3 3 3 3',
  memory: 'M5 3.500h8.500a1.500 1.500 0 0 1 1.500 1.500v11.500l-5-3-5 3V3.500z',
  home: 'M3.500 9 10 3.500 16.500 9v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM8 17v-5h4v5',
  send: 'M10 16.500v-13m0 0L4.500 9M10 3.500 15.500 9',
  stop: 'M6 6h8v8H6z',
  close: 'm5 5 10 10M15 5 5 15',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zm4.300-1.700L17 17',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  copy: 'M7.500 7.500h8v9h-8zM12.500 7.500v-4h-8v9h3',
  trash: 'M4 5.500h12M8 5.500v-2h4v2M5.500 5.500l.7 11h7.600l.7-11M8.500 9v4.500M11.500 9v4.500',
  pause: 'M7 4.500v11M13 4.500v11',
  play: 'M6.500 4v12l9-6z',
  bell: 'M5 13.500V9a5 5 0 0 1 10 0v4.500l1.200 1.500H3.800zM8.500 17.200h3',
  document: 'M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15M7.500 10h5M7.500 13h5',
  down: 'M10 4v12m0 0 5-5m-5 5-5-5',
  undo: 'M7 4 3.500 7.500 7 11M3.500 7.500h8a4.500 4.500 0 0 1 0 9H7',
  note: 'M4 3.500h12v9l-4 4H4zM12 16.500v-4h4',
  check: 'm4 10.500 4 4 8-9',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** kAI's mark: three linked points. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="15" class="mark-ground" />
      <path d="M22 15v34M43 18 25.500 32 43 46" class="mark-lines" />
      <path
        d="M22 25.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM44 12.500a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM44 41.500a5 5 0 1 1 0 10 5 5 0 0 1 0-10z"
        class="mark-points"
      />
    </svg>
  );
}
