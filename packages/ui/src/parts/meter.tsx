/**
 * How full something is, as a bar for the eye. The numbers always stand beside it as text, so screen readers skip
 * the bar. From four fifths on it takes the colour of a warning.
 */

import type { JSX } from 'preact';

export interface MeterProps {
  readonly value: number;
  readonly max: number;
  /** Full is good here, as in progress: no warning. */
  readonly plain?: boolean;
}

const NEARLY_FULL = 0.8;

export function Meter({ value, max, plain = false }: MeterProps): JSX.Element {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <span class={!plain && share >= NEARLY_FULL ? 'meter is-nearly-full' : 'meter'} aria-hidden="true">
      <span class="meter-fill" style={{ width: `${share * 100}%` }} />
    </span>
  );
}
