/** A state as colour, shape and word together, so that none of the three has to be enough by itself. */

import type { JSX } from 'preact';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'accent';
export type Shape = 'disc' | 'half' | 'triangle' | 'cross' | 'ring' | 'arrow' | 'bar';

const SHAPES: Readonly<Record<Shape, JSX.Element>> = {
  disc: <circle cx="6" cy="6" r="4.500" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.500" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M6 1.200 11.300 10.500H.7z" fill="currentColor" />,
  cross: <path d="m2 2 8 8M10 2 2 10" stroke="currentColor" stroke-width="2.200" stroke-linecap="round" />,
  ring: <circle cx="6" cy="6" r="3.800" fill="none" stroke="currentColor" stroke-width="1.600" />,
  arrow: (
    <path
      d="M1.500 6h8M6.500 2.800 9.700 6 6.500 9.200"
      fill="none"
      stroke="currentColor"
      stroke-width="1.600"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ),
  bar: <path d="M2 6h8" stroke="currentColor" stroke-width="2" stroke-linecap="round" />,
};

export interface StatusMarkProps {
  readonly tone: Tone;
  readonly shape: Shape;
  readonly word: string;
}

export function StatusMark({ tone, shape, word }: StatusMarkProps): JSX.Element {
  return (
    <span class={`status-mark tone-${tone}`}>
      <svg class="shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        {SHAPES[shape]}
      </svg>
      {word}
    </span>
  );
}
