/**
 * Where a command writes: stdout for its answer, stderr for everything else. Colours and widths are those of a
 * terminal, or none. What comes from outside passes `printable` first.
 */

import { type Ink, paint } from '../system/paint.ts';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder, absolute. */
  readonly folder: string;
  /** Whether a person sees stdout. */
  readonly isTerminal: boolean;
  /** Columns of stdout; nothing bounds a line that no terminal shows. */
  readonly width: number;
  readonly ink: Ink;
  /** Colours for stderr, which may be another place. */
  readonly errorInk: Ink;
  /** Writes a line to stdout. */
  line(text?: string): void;
  /** Writes to stdout as it is. */
  write(text: string): void;
  /** Writes a line to stderr. */
  note(text: string): void;
  /** Writes one JSON document on one line to stdout. */
  json(value: unknown): void;
  /** Aborts at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
}

export function openTerminal(process: NodeJS.Process, interrupted: AbortSignal): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has had enough (`kai trace | head`) is no fault.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  const isTerminal = stdout.isTTY === true;
  return {
    env,
    folder: process.cwd(),
    isTerminal,
    width: isTerminal ? stdout.columns : Number.POSITIVE_INFINITY,
    ink: paint(showsColour(isTerminal, env)),
    errorInk: paint(showsColour(stderr.isTTY === true, env)),
    line: (text = '') => void stdout.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    note: (text) => void stderr.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    interrupted,
  };
}

/** Colours only on a terminal, and not where NO_COLOR (no-color.org) or TERM=dumb says otherwise. */
export function showsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const isRefused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return isTerminal && !isRefused && env.TERM !== 'dumb';
}
