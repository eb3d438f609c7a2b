/**
 * Chance that repeats itself: from one seed, any number of streams that know nothing of each other.
 *
 * A stream belongs to a purpose. Who draws from one never shifts what another gives, so that a new consumer, or a
 * message that is left out while a failure is shrunk, changes nothing elsewhere. The generator is xoshiro128**
 * (Blackman and Vigna, 2018), seeded by splitmix32 from the seed and the purpose's hash. Not for secrets.
 */

import type { Random } from '@kai/runtime/ports';

export class Chance {
  readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The same purpose gives the same stream, from its beginning. */
  stream(purpose: string): Stream {
    return new Stream(this.seed, purpose);
  }
}

export class Stream implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, purpose: string) {
    const mix = splitmix(hashed(purpose, seed >>> 0) ^ Math.floor(seed / 0x1_0000_0000));
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    // All four are never 0 together.
    this.#d = mix() | 1;
  }

  /** A whole number of 32 bits. */
  next(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return result;
  }

  /** At least 0 and less than 1. */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number from 0 up to but without `count`. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  /** True in this share of the draws: 0 never, 1 always. */
  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** @throws RangeError when there is nothing to choose from. */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('nothing to choose from');
    return choices[this.below(choices.length)] as T;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff);
  }
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** FNV-1a, begun at `start`. */
function hashed(text: string, start: number): number {
  let hash = start ^ 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return hash;
}

function splitmix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
}
