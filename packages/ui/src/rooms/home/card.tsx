/** A card of the home room: a title, what stands beside it, and its contents. */

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface CardProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Card({ title, aside, children }: CardProps): JSX.Element {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id} class="card-title">
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
