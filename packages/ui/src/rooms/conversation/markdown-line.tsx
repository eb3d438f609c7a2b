/**
 * One line of a Markdown file, with its emphasis to be seen instead of its signs: headings and strong words are
 * strong. Lines stay lines, since sources are named by them. In a code block a sign may be taken for emphasis.
 */

import type { JSX } from 'preact';
import { showInline } from '../../parts/prose.tsx';
import { readInline } from '../../words/markdown.ts';

const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;

export function MarkdownLine({ line }: { readonly line: string }): JSX.Element {
  const heading = HEADING.exec(line)?.[1];
  if (heading !== undefined) return <span class="line-heading">{readInline(heading).map(showInline)}</span>;
  return <>{line === '' ? ' ' : readInline(line).map(showInline)}</>;
}
