/** Chance from a seed: what is sent and when is killed repeats itself as far as two processes can. */

import { seededRandom } from '../../../testing/src/seeded-random.ts';

export class Chance {
  readonly #random: ReturnType<typeof seededRandom>;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** At least 0 and less than 1. */
  fraction(): number {
    return new DataView(this.#random.bytes(4).buffer).getUint32(0) / 0x1_0000_0000;
  }

  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}
