/**
 * Ids of messages that a durable handler sends: made of the id of the message that it handles and of what it sends.
 *
 * A handler that runs again after a crash sends the same messages under the same ids, so that their receivers know
 * them again and their effect happens once. What the handler sends differently the second time has another id.
 */

import type { MessageId } from '@kai/protocol';

/**
 * The id of the `nth` message of this content that is sent while `cause` is handled. Keeps the cause's time, so that
 * ids still sort by when their work began.
 */
export function derivedId(cause: MessageId, content: string, nth: number): MessageId {
  const [a, b, c] = hash96(`${cause} ${nth} ${content}`);
  const counter = hex(a & 0xfff, 3);
  const variant = hex(((a >>> 12) & 0x3fff) | 0x8000, 4);
  const tail = hex(b, 8) + hex(c & 0xffff, 4);
  return `${cause.slice(0, 14)}7${counter}-${variant}-${tail}` as MessageId;
}

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, '0');
}

/** Three independent 32-bit mixes of one text (in the manner of MurmurHash3's finisher). Not for secrets. */
function hash96(text: string): [number, number, number] {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x85ebca6b);
    b = Math.imul(b ^ code, 0xc2b2ae35);
    c = Math.imul(c ^ code, 0x27d4eb2f);
    a ^= b >>> 15;
    b ^= c >>> 13;
    c ^= a >>> 16;
  }
  return [mixed(a), mixed(b), mixed(c)];
}

function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
