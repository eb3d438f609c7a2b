/** JSON text as it is, in a box that scrolls. */

import type { JSX } from 'preact';
import { ScrollBox } from './scroll-box.tsx';

export function JsonBox({ text }: { readonly text: string }): JSX.Element {
  return (
    <ScrollBox class="json">
      <code>{text}</code>
    </ScrollBox>
  );
}

/** Indents JSON text; text that is cut or no JSON stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
