/**
 * A list of thousands of rows of one height: only those in sight (and a few beyond) are elements.
 *
 * New rows arrive at the top. Who is at the top sees them come; who has scrolled down, or stands on a row by
 * keyboard, keeps the place: the box scrolls by what was added.
 */

import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface VirtualListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  /** In pixels; every row has it. */
  readonly rowHeight: number;
  readonly renderRow: (item: T) => ComponentChildren;
  /** Keeps the place also for who is at the top: something is open that must not run away. */
  readonly held?: boolean;
  /** Stands after the last row. */
  readonly foot?: ComponentChildren;
}

/** Rows beyond sight, on each side: enough for j and k and a quick scroll. */
const BEYOND = 12;

export function VirtualList<T>({
  label,
  items,
  keyOf,
  rowHeight,
  renderRow,
  held = false,
  foot,
}: VirtualListProps<T>): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  const topKey = useRef<number>(undefined);
  const look = (): void => {
    if (box.current !== null) setView({ top: box.current.scrollTop, height: box.current.clientHeight });
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const added =
      topKey.current === undefined ? 0 : items.findIndex((item) => keyOf(item) === topKey.current);
    topKey.current = items[0] === undefined ? undefined : keyOf(items[0]);
    if (box.current !== null && added > 0 && (held || isHeld(box.current)))
      box.current.scrollTop += added * rowHeight;
  }, [items]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - BEYOND);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + BEYOND);
  return (
    <div ref={box} class="rows virtual" onScroll={look}>
      <ul
        class="virtual-space"
        data-list
        aria-label={label}
        style={{ paddingTop: `${first * rowHeight}px`, height: `${items.length * rowHeight}px` }}
      >
        {items.slice(first, last).map((item) => (
          <li key={keyOf(item)} class="row message-row" data-item style={{ height: `${rowHeight}px` }}>
            {renderRow(item)}
          </li>
        ))}
      </ul>
      {foot}
    </div>
  );
}

function isHeld(box: HTMLElement): boolean {
  return box.scrollTop > 0 || (document.activeElement !== box && box.contains(document.activeElement));
}
