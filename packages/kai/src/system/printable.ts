/**
 * Text from outside, made safe for a terminal: a message's payload or a model's words must not move the cursor,
 * set the clipboard or retitle the window.
 */

/** Control characters but line feed and tab, and the marks that reverse the direction of text. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Drops control characters; line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '');
}

/** As {@link printable}, on one line: every run of white space becomes one space. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
