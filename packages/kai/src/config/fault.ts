/**
 * A fault in the configuration: where it is, what is wrong, and what to write instead, as
 *
 *     kai.yaml:4:3: gateway.prot: unknown key; did you mean "port"?
 *       4 |   prot: 5241
 *         |   ^
 */

import { printable } from '../system/printable.ts';

export type Path = readonly (string | number)[];

export interface Position {
  /** Both count from 1; the column in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
}

export interface Fault {
  /** The file, or the environment variable or option that is wrong. */
  readonly source: string;
  readonly position: Position | undefined;
  readonly path: Path;
  /** One sentence without a full stop. */
  readonly message: string;
  /** The offending line of the file. */
  readonly line: string | undefined;
}

/** Faults of one file that are told; the rest follows from them more often than not. */
export const FAULTS_MAX = 20;
/** Characters of the offending line that are shown. */
const LINE_LENGTH_MAX = 100;

export function printFault(fault: Fault): string {
  const { source, position, path, message, line } = fault;
  const place = position === undefined ? source : `${source}:${position.line}:${position.column}`;
  const head = printable([place, ...(path.length === 0 ? [] : [pathText(path)]), message].join(': '));
  return position === undefined || line === undefined ? head : `${head}\n${excerpt(line, position)}`;
}

export function printFaults(faults: readonly Fault[]): string {
  return faults.map(printFault).join('\n');
}

/** `agents[1].settings.folder`. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part.slice(0, 60))}]`;
  }
  return text;
}

function excerpt(line: string, position: Position): string {
  const isShort = line.length <= LINE_LENGTH_MAX;
  const start = isShort ? 0 : Math.max(0, position.column - 1 - Math.floor(LINE_LENGTH_MAX / 2));
  const number = String(position.line);
  // Tabs and control characters become one column each, so that the caret stays below its character.
  const shown = line.slice(start, start + LINE_LENGTH_MAX).replace(/\p{Cc}/gu, ' ');
  const caret = `${' '.repeat(position.column - 1 - start)}^`;
  return `  ${number} | ${printable(shown).trimEnd()}\n  ${' '.repeat(number.length)} | ${caret}`;
}
