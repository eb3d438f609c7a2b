/**
 * SHA-256 (FIPS 180-4) of bytes, as `sha256-` and 64 hex digits: the names and checksums of snapshots.
 *
 * The runtime imports nothing of the platform, and the platform's own digest is a promise, which would let other work in
 * between the reading of an agent and the naming of what was read. Tested against the platform's.
 */

const BLOCK_BYTES = 64;
/** The bits of the length stand in the last eight bytes. */
const LENGTH_BYTES = 8;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND_CONSTANTS = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
/** The same of the square roots of the first eight. */
const START = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

export function sha256(bytes: Uint8Array): string {
  const state = START.slice();
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += BLOCK_BYTES) mix(state, schedule, view, at);
  const end = ending(bytes, whole);
  for (let at = 0; at < end.byteLength; at += BLOCK_BYTES) mix(state, schedule, end, at);
  return `sha256-${Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')}`;
}

/** What is left of the message, a one bit, zeros, and the message's length in bits. */
function ending(bytes: Uint8Array, from: number): DataView {
  const rest = bytes.length - from;
  const size = rest + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
  const end = new Uint8Array(size);
  end.set(bytes.subarray(from));
  end[rest] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(size - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(size - 4, (bytes.length << 3) >>> 0);
  return view;
}

/** One block of the message into the state. Indices are within their arrays throughout. */
function mix(state: Uint32Array, schedule: Uint32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = view.getUint32(at + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const early = schedule[t - 15] as number;
    const late = schedule[t - 2] as number;
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[t] = ((schedule[t - 16] as number) + s0 + (schedule[t - 7] as number) + s1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const choice = (e & f) ^ (~e & g);
    const one = (h + s1 + choice + (ROUND_CONSTANTS[t] as number) + (schedule[t] as number)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + word;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0;
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next += 1) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}
