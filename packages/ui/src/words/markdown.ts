/**
 * Reads the little Markdown that models write into a tree of values: paragraphs, headings, lists, quotes, code,
 * emphasis, links. Never into markup: whoever shows the tree makes elements of it, so no text can become HTML.
 *
 * Whatever is not understood stays text; nothing is lost and nothing throws. Links survive only with the
 * schemes http and https. Every look ahead is bounded, so time is linear in the text's length.
 */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly inside: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly inside: readonly Inline[] };

export type Block =
  | { readonly kind: 'paragraph' | 'heading' | 'quote'; readonly inside: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly ListItem[];
    };

export interface ListItem {
  readonly inside: readonly Inline[];
  /** Steps to the right, 0 for none. */
  readonly depth: number;
}

/** Emphasis within emphasis, no deeper than this; beyond it stays text. */
const DEPTH_MAX = 6;
const LIST_DEPTH_MAX = 3;

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const QUOTE = /^>\s?(.*)$/;
const BULLET = /^(\s*)[-*+]\s+(.*)$/;
const NUMBERED = /^(\s*)(\d{1,9})[.)]\s+(.*)$/;

export function readMarkdown(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at += 1;
    else if (FENCE.test(line)) at = readFence(lines, at, blocks);
    else if (isItem(line)) at = readList(lines, at, blocks);
    else at = readProse(lines, at, blocks);
  }
  return blocks;
}

/** A fence that is not closed yet (an answer still streaming) reaches to the end. */
function readFence(lines: readonly string[], start: number, blocks: Block[]): number {
  const fence = FENCE.exec(lines[start] ?? '')?.[1] ?? '```';
  let end = start + 1;
  while (end < lines.length && !(lines[end] ?? '').trimStart().startsWith(fence)) end += 1;
  blocks.push({ kind: 'code', text: lines.slice(start + 1, end).join('\n') });
  return end + 1;
}

function isItem(line: string): boolean {
  return BULLET.test(line) || NUMBERED.test(line);
}

function readList(lines: readonly string[], start: number, blocks: Block[]): number {
  const first = NUMBERED.exec(lines[start] ?? '');
  const items: { text: string; depth: number }[] = [];
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const item = BULLET.exec(line) ?? NUMBERED.exec(line);
    const last = items.at(-1);
    if (item !== null) {
      const ordered = NUMBERED.test(line);
      const depth = Math.min(LIST_DEPTH_MAX, Math.floor((item[1] ?? '').length / 2));
      if (depth === 0 && ordered !== (first !== null)) break;
      items.push({ text: item.at(-1) ?? '', depth });
    } else if (line.startsWith(' ') && line.trim() !== '' && last !== undefined)
      last.text += ` ${line.trim()}`;
    else break;
  }
  blocks.push({
    kind: 'list',
    ordered: first !== null,
    start: Number(first?.[2] ?? 1),
    items: items.map(({ text, depth }) => ({ inside: readInline(text), depth })),
  });
  return at;
}

function readProse(lines: readonly string[], start: number, blocks: Block[]): number {
  const heading = HEADING.exec(lines[start] ?? '');
  if (heading !== null) {
    blocks.push({ kind: 'heading', inside: readInline(heading[1] ?? '') });
    return start + 1;
  }
  const quoted = QUOTE.test(lines[start] ?? '');
  let end = start;
  while (end < lines.length && belongs(lines[end] ?? '', quoted, end === start)) end += 1;
  const text = lines.slice(start, end).map((line) => (quoted ? (QUOTE.exec(line)?.[1] ?? line) : line));
  blocks.push({ kind: quoted ? 'quote' : 'paragraph', inside: readInline(text.join('\n')) });
  return end;
}

function belongs(line: string, quoted: boolean, first: boolean): boolean {
  if (first) return true;
  if (line.trim() === '' || FENCE.test(line) || HEADING.test(line) || isItem(line)) return false;
  return QUOTE.test(line) === quoted;
}

/** The earliest of: code, link, bare address, strong, emphasis. The numbers are the longest of each, in characters. */
const INLINE =
  /(`{1,3})([^`]{1,1000})\1|\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>"'`)\]]{1,2000})|(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\6|(?<![\w*])([*_])(?=[^\s*_])([^*_\n]{1,1000}?)(?<=\S)\8(?!\w)/;

export function readInline(text: string, depth = 0): readonly Inline[] {
  const parts: Inline[] = [];
  let rest = text;
  while (rest !== '') {
    const found = depth > DEPTH_MAX ? null : INLINE.exec(rest);
    if (found === null) break;
    if (found.index > 0) parts.push({ kind: 'text', text: rest.slice(0, found.index) });
    parts.push(toInline(found, depth));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest !== '') parts.push({ kind: 'text', text: rest });
  return parts;
}

function toInline(found: RegExpExecArray, depth: number): Inline {
  const [whole, , code, label, href, bare, , strong, , emphasis] = found;
  if (code !== undefined) return { kind: 'code', text: code };
  if (label !== undefined) return toLink(whole, label, href ?? '', depth);
  if (bare !== undefined) return toLink(whole, bare, bare, DEPTH_MAX);
  if (strong !== undefined) return { kind: 'strong', inside: readInline(strong, depth + 1) };
  return { kind: 'emphasis', inside: readInline(emphasis ?? '', depth + 1) };
}

/** Other schemes (`javascript:`, `data:`, `file:`) and relative paths stay the text that they are. */
function toLink(whole: string, label: string, href: string, depth: number): Inline {
  if (!URL.canParse(href) || !/^https?:\/\//i.test(href)) return { kind: 'text', text: whole };
  return { kind: 'link', href: new URL(href).href, inside: readInline(label, depth + DEPTH_MAX) };
}
