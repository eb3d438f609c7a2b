/** One name and its value, in a list of facts (`<dl class="facts">`). */

import type { ComponentChildren, JSX } from 'preact';

export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd class="numbers">{children}</dd>
    </div>
  );
}
