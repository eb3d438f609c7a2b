/**
 * What happened in a simulated world, line by line, and its hash: two runs are the same run when their hashes are equal.
 *
 * The hash takes in everything; of the lines the first {@link LINES_MAX} are kept. No line may hold anything that
 * differs between machines, such as a path or a stack.
 */

export interface TraceLine {
  /** Milliseconds since the world began. */
  readonly at: number;
  /** The node, the client, or `world`. */
  readonly where: string;
  readonly what: string;
  /** The message that it concerns; empty when it concerns them all. */
  readonly message: string;
  readonly detail: string;
}

export const LINES_MAX = 20_000;

export class Trace {
  readonly lines: TraceLine[] = [];
  #low = 0x811c9dc5;
  #high = 0x1b873593;

  record(at: number, where: string, what: string, message: string, detail: string): void {
    this.#mix(String(at));
    this.#mix(where);
    this.#mix(what);
    this.#mix(message);
    this.#mix(detail);
    if (this.lines.length < LINES_MAX) this.lines.push({ at, where, what, message, detail });
  }

  /** 16 hex digits (two FNV-1a sums over UTF-16 code units, side by side). */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The lines about one message, what caused it and what it caused, and those that concern all; without a message, all. */
  about(message: string, linesMax: number): readonly string[] {
    return this.lines
      .filter((line) => message === '' || line.message === '' || isKin(line.message, message))
      .slice(0, linesMax)
      .map(written);
  }

  #mix(text: string): void {
    let [low, high] = [this.#low, this.#high];
    for (let place = 0; place < text.length; place += 1) {
      const unit = text.charCodeAt(place);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x01000197);
    }
    // The end of a text counts, so that `ab`, `c` is not `a`, `bc`.
    this.#low = Math.imul(low ^ 0x1_0000, 0x01000193);
    this.#high = Math.imul(high ^ 0x1_0000, 0x01000197);
  }
}

/** What a handler sends is named after the message that it handles: `m1>0` comes from `m1`. */
function isKin(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}>`) || other.startsWith(`${one}>`);
}

export function written({ at, where, what, message, detail }: TraceLine): string {
  return [`${at.toFixed(3).padStart(10)} ms`, where, what, message, detail]
    .filter((part) => part !== '')
    .join('  ');
}
