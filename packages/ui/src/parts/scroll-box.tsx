/** A part of a room that scrolls by itself, so that it can be reached and scrolled by keyboard. */

import type { ComponentChildren, JSX, Ref } from 'preact';

export interface ScrollBoxProps {
  readonly class: string;
  readonly label?: string;
  readonly boxRef?: Ref<HTMLElement>;
  readonly onScroll?: (box: HTMLElement) => void;
  readonly children: ComponentChildren;
}

export function ScrollBox({ class: name, label, boxRef, onScroll, children }: ScrollBoxProps): JSX.Element {
  return (
    <section
      {...(boxRef === undefined ? {} : { ref: boxRef })}
      class={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (WCAG 2.1.1)
      tabIndex={0}
      aria-label={label}
      onScroll={onScroll && ((event) => onScroll(event.currentTarget))}
    >
      {children}
    </section>
  );
}
