import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventReader } from '../src/stream/event-reader.ts';
import { LINE_BYTES_MAX, LineReader } from '../src/stream/line-reader.ts';

const utf8 = new TextEncoder();

interface Reader {
  push(bytes: Uint8Array): { ok: true; value: readonly string[] } | { ok: false; problem: unknown };
}

function readAll(reader: Reader, pieces: readonly Uint8Array[]): string[] {
  return pieces.flatMap((piece) => {
    const read = reader.push(piece);
    if (!read.ok) throw new Error('too long');
    return [...read.value];
  });
}

/** All ways to cut the bytes in two, and the one that cuts at every byte. */
function cuts(bytes: Uint8Array): Uint8Array[][] {
  const halves = Array.from({ length: bytes.length + 1 }, (_, at) => [
    bytes.subarray(0, at),
    bytes.subarray(at),
  ]);
  return [...halves, Array.from(bytes, (byte) => Uint8Array.of(byte))];
}

describe('lines', () => {
  const text = '{"a":"žluťoučký 🐎 👩‍👩‍👧"}\n\r\n日本語\r\nlone\rcut';

  it('are the same wherever the bytes are cut', () => {
    for (const pieces of cuts(utf8.encode(text))) {
      const reader = new LineReader();
      expect(readAll(reader, pieces)).toEqual(['{"a":"žluťoučký 🐎 👩‍👩‍👧"}', '', '日本語', 'lone']);
      expect(reader.rest()).toBe('cut');
    }
  });

  it('are the same for any text cut anywhere', () => {
    const content = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((line) => line.replace(/[\r\n]/g, '')),
    );
    fc.assert(
      fc.property(
        content,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(200)),
        (lines, ending, sizes) => {
          let left = utf8.encode(lines.map((line) => line + ending).join(''));
          const pieces: Uint8Array[] = [];
          for (const size of sizes) {
            pieces.push(left.subarray(0, size));
            left = left.subarray(size);
          }
          expect(readAll(new LineReader(), [...pieces, left])).toEqual(lines);
        },
      ),
    );
  });

  it('keep nothing of a buffer that its owner uses again', () => {
    const reader = new LineReader();
    const buffer = utf8.encode('abc');
    reader.push(buffer);
    buffer.fill(0);
    expect(readAll(reader, [utf8.encode('d\n')])).toEqual(['abcd']);
  });

  it('are bounded', () => {
    const reader = new LineReader();
    const half = new Uint8Array(LINE_BYTES_MAX / 2).fill(97);
    expect(reader.push(half).ok).toBe(true);
    expect(reader.push(half).ok).toBe(true);
    expect(reader.push(Uint8Array.of(97)).ok).toBe(false);
    expect(new LineReader().push(new Uint8Array(LINE_BYTES_MAX + 1).fill(97)).ok).toBe(false);
    expect(readAll(new LineReader(), [new Uint8Array(2 * LINE_BYTES_MAX).fill(10)])).toHaveLength(
      2 * LINE_BYTES_MAX,
    );
  });

  it('never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const whole = readAll(new LineReader(), [Buffer.concat(pieces)]);
        expect(readAll(new LineReader(), pieces)).toEqual(whole);
        readAll(new EventReader(), pieces);
      }),
    );
  });
});

describe('events', () => {
  const text =
    '\ufeffdata: {"a":"ž🐎"}\n\n: ping\n\nevent: x\nid: 1\ndata:one\ndata: two\ndata\n\n\r\ndata:  [DONE]\r\n\r\nretry: 5\ndata: cut';

  it('are the same wherever the bytes are cut', () => {
    for (const pieces of cuts(utf8.encode(text))) {
      expect(readAll(new EventReader(), pieces)).toEqual(['{"a":"ž🐎"}', 'one\ntwo\n', ' [DONE]']);
    }
  });

  it('are bounded even when each of their lines is', () => {
    const line = utf8.encode(`data: ${'a'.repeat(LINE_BYTES_MAX / 2)}\n`);
    const reader = new EventReader();
    expect([line, line, line].map((piece) => reader.push(piece).ok)).toEqual([true, false, false]);
  });
});
