/**
 * Markdown: headings (`# …` and underlined ones) and paragraphs. Marks within the text stay as they are; people read
 * them without effort, and words are found all the same.
 *
 * Traps: `#` within fenced code is no heading; front matter between `---` is no text, but may hold the title.
 */

import { type Extracted, titleFrom } from './block.ts';
import { type Line, linesOf, Paragraphs } from './lines.ts';

const HEADING = /^ {0,3}#{1,6}(?:[ \t]+|$)/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
/** Lines that front matter may have. */
const FRONT_MATTER_MAX = 100;

export function extractMarkdown(text: string): Extracted {
  const front = frontMatter(text);
  const paragraphs = new Paragraphs();
  let fence: string | undefined;
  for (const line of linesOf(text)) {
    if (line.number <= front.lines) continue;
    fence = step(line, fence, paragraphs);
  }
  paragraphs.end();
  const { blocks } = paragraphs;
  const heading = blocks.find(({ kind }) => kind === 'heading');
  return { title: front.title ?? titleFrom(heading?.text ?? ''), blocks, text };
}

/** Takes one line; returns the fence that is open after it. */
function step(line: Line, fence: string | undefined, paragraphs: Paragraphs): string | undefined {
  const mark = FENCE.exec(line.text)?.[1];
  if (fence !== undefined) {
    paragraphs.add(line);
    return mark?.startsWith(fence) ? undefined : fence;
  }
  if (mark !== undefined) {
    paragraphs.add(line);
    return mark;
  }
  if (HEADING.test(line.text)) {
    paragraphs.heading(
      plainHeading(line.text.replace(HEADING, '').replace(/[ \t]+#+[ \t]*$/, '')),
      line.number,
    );
    return undefined;
  }
  const underlined = UNDERLINE.test(line.text) ? paragraphs.takeOnlyLine() : undefined;
  if (underlined !== undefined) paragraphs.heading(plainHeading(underlined), line.number - 1);
  else paragraphs.add(line);
  return undefined;
}

function plainHeading(text: string): string {
  return text.replace(/[*_`]+/g, '').trim();
}

function frontMatter(text: string): { readonly lines: number; readonly title: string | undefined } {
  const none = { lines: 0, title: undefined };
  let title: string | undefined;
  for (const line of linesOf(text)) {
    if (line.number === 1) {
      if (line.text.trimEnd() !== '---') return none;
    } else if (line.text.trimEnd() === '---') {
      return { lines: line.number, title };
    } else if (line.number > FRONT_MATTER_MAX) {
      return none;
    } else {
      title ??= /^title:\s*["']?(.*?)["']?\s*$/.exec(line.text)?.[1] || undefined;
    }
  }
  return none;
}
