/** Plain text: paragraphs with the lines where they begin. It has no headings, and so no title of its own. */

import type { Extracted } from './block.ts';
import { linesOf, Paragraphs } from './lines.ts';

export function extractPlainText(text: string): Extracted {
  const paragraphs = new Paragraphs();
  for (const line of linesOf(text)) paragraphs.add(line);
  paragraphs.end();
  return { title: undefined, blocks: paragraphs.blocks, text };
}
