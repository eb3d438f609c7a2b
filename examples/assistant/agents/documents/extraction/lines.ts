/** Text as paragraphs: runs of lines parted by empty ones. What Markdown and plain text have in common. */

import { BLOCKS_MAX, type Block } from './block.ts';

export interface Line {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
}

/** Lines in any of the three conventions. */
export function* linesOf(text: string): Generator<Line> {
  let number = 0;
  let start = 0;
  while (start <= text.length) {
    number += 1;
    const end = lineEnd(text, start);
    yield { text: text.slice(start, end), number };
    start = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
  }
}

function lineEnd(text: string, start: number): number {
  BREAK.lastIndex = start;
  return BREAK.exec(text)?.index ?? text.length;
}

const BREAK = /[\r\n]/g;

/** Collects paragraphs line by line. */
export class Paragraphs {
  readonly blocks: Block[] = [];
  #lines: string[] = [];
  #first = 0;

  add({ text, number }: Line): void {
    if (text.trim() === '') {
      this.end();
      return;
    }
    if (this.#lines.length === 0) this.#first = number;
    this.#lines.push(text.trimEnd());
  }

  heading(text: string, number: number): void {
    this.end();
    if (text !== '') this.#push({ kind: 'heading', text, place: `line ${number}` });
  }

  /** What is open is a paragraph now. */
  end(): void {
    if (this.#lines.length === 0) return;
    this.#push({ kind: 'paragraph', text: this.#lines.join('\n'), place: `line ${this.#first}` });
    this.#lines = [];
  }

  /** Takes the last line of the open paragraph back, if there is just one. */
  takeOnlyLine(): string | undefined {
    return this.#lines.length === 1 ? this.#lines.pop() : undefined;
  }

  #push(block: Block): void {
    if (this.blocks.length < BLOCKS_MAX) this.blocks.push(block);
  }
}
