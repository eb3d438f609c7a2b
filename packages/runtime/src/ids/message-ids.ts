/**
 * Message ids: UUIDv7 (RFC 9562 §5.7) that grow within one node, even when its clock steps back.
 *
 * Layout: 48 bits of milliseconds, 12 bits of counter (method 1 of §6.2), and 62 random bits that are drawn anew for
 * every millisecond. More than 4,096 ids in one millisecond borrow from the next one.
 */

import type { MessageId } from '@kai/protocol';
import type { Clock, Random } from '../ports/index.ts';

const COUNTER_MAX = 0xfff;
/** Three hex digits for every counter value, so that making an id costs a look-up. */
const COUNTER_DIGITS = Array.from({ length: COUNTER_MAX + 1 }, (_, value) =>
  value.toString(16).padStart(3, '0'),
);

export class MessageIds {
  readonly #clock: Clock;
  readonly #random: Random;
  #at = 0;
  #counter = COUNTER_MAX;
  #head = '';
  #tail = '';

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `now` is the clock's wall time, which the caller has read anyway. */
  next(now: number = this.#clock.now()): MessageId {
    const at = Math.floor(now);
    if (at > this.#at) this.#begin(at);
    else if (this.#counter === COUNTER_MAX) this.#begin(this.#at + 1);
    this.#counter += 1;
    return `${this.#head}${COUNTER_DIGITS[this.#counter]}${this.#tail}` as MessageId;
  }

  #begin(at: number): void {
    this.#at = at;
    this.#counter = -1;
    const time = at.toString(16).padStart(12, '0');
    this.#head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    this.#tail = randomTail(this.#random.bytes(8));
  }
}

/** `-vxxx-xxxxxxxxxxxx` with the variant bits 10 in front. */
function randomTail(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte, index) =>
    (index === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'),
  ).join('');
  return `-${digits.slice(0, 4)}-${digits.slice(4)}`;
}
