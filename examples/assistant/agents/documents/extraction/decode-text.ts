/**
 * From bytes to text, whatever wrote them: a byte order mark says it, zero bytes betray UTF-16, and what is not
 * UTF-8 is taken for Latin-1 (as Windows means it) when it reads like text. Anything else is no text.
 */

export type Decoded =
  | { readonly kind: 'text'; readonly text: string; readonly encoding: string }
  | { readonly kind: 'binary' };

/** Bytes at the beginning that are looked at to tell text from other things. */
const SAMPLE_BYTES = 8_192;
/** The share of control characters above which something is no text. */
const CONTROLS_MAX = 0.01;
/** The share of zero bytes on one side of pairs that makes UTF-16 likely. */
const ZEROS_MIN = 0.3;

export function decodeText(bytes: Uint8Array): Decoded {
  const marked = encodingByMark(bytes);
  if (marked !== undefined) return decodedAs(marked, bytes);
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (sample.includes(0)) {
    const guess = utf16By(sample);
    return guess === undefined ? { kind: 'binary' } : decodedAs(guess, bytes);
  }
  const utf8 = strictUtf8(bytes);
  if (utf8 !== undefined) return readable(utf8, 'utf-8');
  return decodedAs('windows-1252', bytes);
}

function encodingByMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** Text in UTF-16 has its zeros nearly all on one side of each pair. */
function utf16By(sample: Uint8Array): string | undefined {
  let even = 0;
  let odd = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  const pairs = sample.length / 2;
  if (odd / pairs > ZEROS_MIN && even / pairs < CONTROLS_MAX) return 'utf-16le';
  if (even / pairs > ZEROS_MIN && odd / pairs < CONTROLS_MAX) return 'utf-16be';
  return undefined;
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodedAs(encoding: string, bytes: Uint8Array): Decoded {
  return readable(new TextDecoder(encoding).decode(bytes), encoding);
}

function readable(text: string, encoding: string): Decoded {
  const sample = text.slice(0, SAMPLE_BYTES);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const controls = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f\ufffd]/g)?.length ?? 0;
  if (controls > sample.length * CONTROLS_MAX) return { kind: 'binary' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end texts early, or swell them, elsewhere
  return { kind: 'text', text: text.replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, ' '), encoding };
}
