/** The search field of a list. `/` focuses it from anywhere in the room; Esc empties it, then leaves it. */

import type { JSX } from 'preact';
import { Icon } from './icon.tsx';

export interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchBox({ label, value, onChange }: SearchBoxProps): JSX.Element {
  return (
    <label class="search-box">
      <Icon name="search" />
      <input
        type="search"
        class="field"
        data-search
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (value === '') event.currentTarget.blur();
          else onChange('');
        }}
      />
    </label>
  );
}
