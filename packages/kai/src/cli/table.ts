/**
 * Tables that fit the terminal: each column as wide as its widest cell, the elastic one cut until the row fits.
 * Cells are plain text from anywhere; they are made printable here, and coloured after they are measured.
 */

import { printableLine } from '../system/printable.ts';
import type { Terminal } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
  /** Gives way when the row is too wide; the last such column gives way first. */
  readonly elastic?: boolean;
  readonly colour?: (text: string, row: Row) => string;
}

const GAP = 2;
/** An elastic column is not cut below this. */
const ELASTIC_WIDTH_MIN = 8;

export function printTable<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  const cells = rows.map((row) => columns.map(({ cell }) => printableLine(cell(row))));
  const widths = fitted(columns, cells, terminal.width);
  const put = (texts: readonly string[], finish: (text: string, index: number) => string): void => {
    const line = texts.map((text, index) => {
      const width = widths[index] ?? 0;
      const isLast = index === texts.length - 1 && columns[index]?.align !== 'right';
      return finish(padded(cut(text, width), isLast ? 0 : width, columns[index]?.align), index);
    });
    terminal.line(line.join(' '.repeat(GAP)).trimEnd());
  };
  put(
    columns.map(({ title }) => title),
    (text) => terminal.ink.dim(text),
  );
  for (const [at, row] of rows.entries()) {
    put(cells[at] ?? [], (text, index) => columns[index]?.colour?.(text, row) ?? text);
  }
}

function fitted<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const widths = columns.map(({ title }, index) =>
    cells.reduce((most, row) => Math.max(most, columnsOf(row[index] ?? '')), columnsOf(title)),
  );
  for (let index = columns.length - 1; index >= 0; index -= 1) {
    const excess = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1)) - width;
    const own = widths[index] ?? 0;
    if (excess > 0 && columns[index]?.elastic === true) {
      widths[index] = Math.max(Math.min(own, ELASTIC_WIDTH_MIN), own - excess);
    }
  }
  return widths;
}

function padded(text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}

/** The text in at most `width` columns; what is left out is shown by `…`. */
export function cut(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const ASCII = /^[ -~]*$/;

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += widthOf(segment);
  return columns;
}

function widthOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}
