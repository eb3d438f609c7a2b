/**
 * The outcome of parsing: a value, or where and why the text is not one.
 *
 * Parsers of this package return it instead of throwing: bad input is an expected outcome, and the
 * caller at the edge decides what it means.
 */

/** Where a text stops being what it should be. */
export interface Problem {
  /** Offset in the text, in UTF-16 code units, of the first character that does not fit. */
  readonly at: number;
  /** What is wrong there and what would be right, in one sentence without a full stop. */
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function problem(at: number, message: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { at, message } };
}

/** A value for a message: never longer than `limit` characters, control characters made visible. */
export function quoted(text: string, limit = 60): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return JSON.stringify(shown);
}
