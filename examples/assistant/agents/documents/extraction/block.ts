/**
 * What every format is taken apart into: headings and paragraphs, each with its place. Passages are made of these.
 */

export interface Block {
  readonly kind: 'heading' | 'paragraph';
  readonly text: string;
  /** Where it begins, for people: `line 12` or `page 3`. */
  readonly place: string;
}

export interface Extracted {
  /** The document's own title; nothing when it has none. */
  readonly title: string | undefined;
  readonly blocks: readonly Block[];
  /** The whole text, whose lines are those that `place` counts. */
  readonly text: string;
}

/** Blocks that one document may have; what follows is left out. */
export const BLOCKS_MAX = 200_000;
/** Characters of a title. */
export const TITLE_LENGTH_MAX = 120;

export function titleFrom(text: string): string | undefined {
  const title = text.replace(/\s+/g, ' ').trim();
  if (title === '') return undefined;
  return title.length > TITLE_LENGTH_MAX ? `${title.slice(0, TITLE_LENGTH_MAX)}…` : title;
}
