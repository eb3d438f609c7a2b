/** How full something is, as a bar; the numbers stand beside it. From four fifths on it takes the colour of a warning. */

import type { JSX } from 'preact';

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** Full is good here, as in progress: no warning. */
  readonly plain?: boolean;
}

const NEARLY_FULL = 0.8;

export function Meter({ label, value, max, plain = false }: MeterProps): JSX.Element {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <meter
      class={!plain && share >= NEARLY_FULL ? 'meter is-nearly-full' : 'meter'}
      aria-label={label}
      min={0}
      max={Math.max(1, max)}
      value={value}
    />
  );
}
