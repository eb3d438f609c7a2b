/**
 * The bytes of a snapshot's file: mark, header length, the header's CRC-32, header, content.
 *
 * The header is the snapshot's entry as JSON, so that the files alone tell everything. It names the id too, which
 * shows a file that was renamed. Numbers are unsigned 32 bits, little endian.
 */

import { crc32 } from 'node:zlib';
import type { SnapshotEntry } from '@kai/runtime/ports';
import { checkedEntry } from '../records/snapshot-record.ts';

/** The mark ends with the format's version. */
const MARK = Buffer.from('kAIsnap1');
const LENGTH_AT = MARK.length;
const CHECKSUM_AT = LENGTH_AT + 4;
/** Where the header begins. */
const HEADER_AT = CHECKSUM_AT + 4;
/** An entry's texts are bounded; JSON writes a character with at most 6 bytes. */
const HEADER_BYTES_MAX = 64 * 1024;
/** Bytes that are read at first: most headers fit. */
export const FIRST_READ_BYTES = 1_024;

/** What stands before the content. */
export function encodeHead(entry: SnapshotEntry): Buffer {
  const header = Buffer.from(JSON.stringify(entry));
  const head = Buffer.alloc(HEADER_AT + header.length);
  MARK.copy(head);
  head.writeUInt32LE(header.length, LENGTH_AT);
  head.writeUInt32LE(crc32(header), CHECKSUM_AT);
  header.copy(head, HEADER_AT);
  return head;
}

/** Where the content begins; undefined when these are not the first bytes of a snapshot. */
export function contentBegin(start: Buffer): number | undefined {
  if (start.length < HEADER_AT || !start.subarray(0, MARK.length).equals(MARK)) return undefined;
  const length = start.readUInt32LE(LENGTH_AT);
  return length <= HEADER_BYTES_MAX ? HEADER_AT + length : undefined;
}

/** The entry in these first bytes, which reach to the content; undefined when they are damaged. */
export function decodeHead(head: Buffer): SnapshotEntry | undefined {
  const end = contentBegin(head);
  if (end === undefined || head.length < end) return undefined;
  const header = head.subarray(HEADER_AT, end);
  if (crc32(header) !== head.readUInt32LE(CHECKSUM_AT)) return undefined;
  try {
    return checkedEntry(JSON.parse(header.toString()) as SnapshotEntry);
  } catch {
    return undefined;
  }
}
