/**
 * HTML: what a reader sees of it, as paragraphs and headings. `line N` counts the lines of that text, not of the
 * source, because the text is what `documents.open` shows.
 *
 * Trap: pages may nest without end. Deeper than {@link DEPTH_MAX} the parser is stopped, since closing tags
 * would search ever longer lists; what was read until then counts.
 */

import { Parser } from 'htmlparser2';
import { BLOCKS_MAX, type Block, type Extracted, titleFrom } from './block.ts';

const SILENT: ReadonlySet<string> = new Set('script style noscript template svg math'.split(' '));
const BREAKING: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul'
  ).split(' '),
);
const CELLS: ReadonlySet<string> = new Set(['td', 'th']);
const HEADING = /^h[1-6]$/;
/** Elements within elements. */
export const DEPTH_MAX = 1_000;
/** Characters that are handed to the parser at a time, so that it can be stopped. */
const PIECE_LENGTH = 65_536;

export function extractHtml(html: string): Extracted {
  const reader = new Reader();
  const parser = new Parser(
    {
      onopentag: (name) => reader.open(name),
      onclosetag: (name) => reader.close(name),
      ontext: (text) => reader.text(text),
    },
    { decodeEntities: true },
  );
  for (let at = 0; at < html.length && !reader.isTooDeep; at += PIECE_LENGTH) {
    parser.write(html.slice(at, at + PIECE_LENGTH));
  }
  // Ending a parser closes what is open, one by one; after a stop nobody wants that.
  if (!reader.isTooDeep) parser.end();
  return reader.finish();
}

class Reader {
  readonly #texts: { readonly kind: Block['kind']; readonly text: string }[] = [];
  #open = '';
  #heading = false;
  #silent = 0;
  #depth = 0;
  #title: string | undefined;
  #inTitle = false;

  get isTooDeep(): boolean {
    return this.#depth > DEPTH_MAX;
  }

  open(name: string): void {
    this.#depth += 1;
    if (SILENT.has(name)) this.#silent += 1;
    if (name === 'title') {
      this.#inTitle = true;
      this.#title ??= '';
    }
    if (BREAKING.has(name)) this.#break();
    if (CELLS.has(name) && this.#open !== '') this.#open += ' | ';
    if (HEADING.test(name)) this.#heading = true;
  }

  close(name: string): void {
    this.#depth -= 1;
    if (SILENT.has(name)) this.#silent = Math.max(0, this.#silent - 1);
    if (name === 'title') this.#inTitle = false;
    if (BREAKING.has(name)) this.#break();
    if (HEADING.test(name)) this.#heading = false;
  }

  text(text: string): void {
    if (this.#inTitle) this.#title += text;
    else if (this.#silent === 0) this.#open += text;
  }

  finish(): Extracted {
    this.#break();
    const blocks = this.#texts.map(({ kind, text }, index) => ({
      kind,
      text,
      place: `line ${2 * index + 1}`,
    }));
    const heading = blocks.find(({ kind }) => kind === 'heading');
    return {
      title: titleFrom(this.#title ?? '') ?? titleFrom(heading?.text ?? ''),
      blocks,
      text: blocks.map(({ text }) => text).join('\n\n'),
    };
  }

  #break(): void {
    const text = this.#open.replace(/\s+/g, ' ').trim();
    this.#open = '';
    if (text === '' || this.#texts.length >= BLOCKS_MAX) return;
    this.#texts.push({ kind: this.#heading ? 'heading' : 'paragraph', text });
  }
}
