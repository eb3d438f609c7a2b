/** "⋯" beside a row: copies it as the CLI command or as JSON, and holds what else can be done to it. */

import type { JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import { toast } from './toast.tsx';

export interface MenuAction {
  readonly label: string;
  readonly icon: IconName;
  readonly press: () => void;
}

export interface CopyMenuProps {
  /** What the row is, for screen readers: "note “call the plumber”". */
  readonly of: string;
  readonly command: string;
  readonly json: unknown;
  readonly text?: string;
  readonly actions?: readonly MenuAction[];
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied ${what}.`);
  } catch {
    toast(`The browser did not allow copying. It is: ${text.slice(0, 200)}`);
  }
}

export function CopyMenu({ of, command, json, text, actions = [] }: CopyMenuProps): JSX.Element {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const choices: readonly MenuAction[] = [
    ...(text === undefined
      ? []
      : [{ label: 'Copy text', icon: 'copy' as const, press: () => void copy(text, 'the text') }]),
    { label: 'Copy as CLI command', icon: 'copy', press: () => void copy(command, 'the command') },
    {
      label: 'Copy as JSON',
      icon: 'copy',
      press: () => void copy(JSON.stringify(json, null, 2), 'the JSON'),
    },
    ...actions,
  ];
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="button icon-only small copy-opener"
        aria-label={`More for ${of}`}
        aria-haspopup="menu"
        onClick={() => open(menu.current, opener.current)}
      >
        <Icon name="more" />
      </button>
      <div
        ref={menu}
        id={id}
        class="menu"
        popover="auto"
        role="menu"
        onKeyDown={(event) => move(event, menu.current)}
      >
        {choices.map(({ label, icon, press }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            class="menu-item"
            onClick={() => {
              menu.current?.hidePopover();
              opener.current?.focus();
              press();
            }}
          >
            <Icon name={icon} />
            {label}
          </button>
        ))}
      </div>
    </>
  );
}

/** Places the menu below its button, or above where there is no room. */
function open(menu: HTMLElement | null, opener: HTMLElement | null): void {
  if (menu === null || opener === null) return;
  menu.showPopover();
  const place = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = place.bottom + 4 + height <= innerHeight;
  menu.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - 4 - height)}px`;
  menu.style.left = `${Math.max(8, Math.min(place.right - width, innerWidth - width - 8))}px`;
  menu.querySelector<HTMLElement>('.menu-item')?.focus();
}

function move(event: KeyboardEvent, menu: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
  if (step === undefined || menu === null) return;
  event.preventDefault();
  event.stopPropagation();
  const items = [...menu.querySelectorAll<HTMLElement>('.menu-item')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items.at((at + step + items.length) % items.length)?.focus();
}
