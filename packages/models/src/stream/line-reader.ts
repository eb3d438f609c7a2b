/**
 * Lines out of bytes that arrive in pieces, wherever they are cut: within a line, an ending, a character.
 *
 * Bytes are decoded only once a line is whole, so no character is ever halved; bytes that are no UTF-8 become
 * U+FFFD. A line that grows past the limit is a problem, and the reader is of no use after it.
 */

import { type Parsed, parsed, problem } from '@kai/protocol';

/** Bytes of one line: far more than a model sends at once, far less than harms. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** Bytes kept ready for a line before it has to grow. */
const LINE_BYTES_FIRST = 1024;

const LF = 10;
const CR = 13;

export class LineReader {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #kept = new Uint8Array(LINE_BYTES_FIRST);
  #keptBytes = 0;
  /** A CR ended the last line: an LF right after it belongs to the same ending. */
  #afterCr = false;

  /** The lines that are whole now, without their endings (LF, CR LF, or CR). */
  push(bytes: Uint8Array): Parsed<readonly string[]> {
    const lines: string[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === LF && this.#afterCr) start = at + 1;
      else if (byte === LF || byte === CR) {
        if (!this.#keep(bytes.subarray(start, at))) return tooLong();
        lines.push(this.#line());
        start = at + 1;
      }
      this.#afterCr = byte === CR;
    }
    return this.#keep(bytes.subarray(start)) ? parsed(lines) : tooLong();
  }

  /** What came after the last ending: a line that was cut, or nothing. */
  rest(): string {
    return this.#line();
  }

  /** Copies, because the source may use its buffer again. */
  #keep(bytes: Uint8Array): boolean {
    const length = this.#keptBytes + bytes.length;
    if (length > LINE_BYTES_MAX) return false;
    if (length > this.#kept.length) {
      const larger = new Uint8Array(Math.max(2 * this.#kept.length, length));
      larger.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = larger;
    }
    this.#kept.set(bytes, this.#keptBytes);
    this.#keptBytes = length;
    return true;
  }

  #line(): string {
    const line = this.#decoder.decode(this.#kept.subarray(0, this.#keptBytes));
    this.#keptBytes = 0;
    return line;
  }
}

function tooLong() {
  return problem(LINE_BYTES_MAX, `a line has more than ${LINE_BYTES_MAX} bytes`);
}
