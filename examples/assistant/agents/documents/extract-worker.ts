/**
 * Runs in a thread of its own: reads one file, takes it apart, answers, and waits for the next. Files come from
 * anywhere, so this thread may hang, crash or run out of memory; the extractor that started it copes with that.
 *
 * What is read is what was checked: the file is opened once, without following a link, and judged by its handle.
 */

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type Extraction, extract, titleFromName } from './extraction/extract.ts';
import { passagesOf } from './extraction/passages.ts';
import type { ExtractAnswer, ExtractRequest } from './extractor.ts';

/** Bytes of UTF-8 that `text` has at most. */
export const TEXT_BYTES_MAX = 400_000;

async function answer(request: ExtractRequest): Promise<ExtractAnswer> {
  const { path, source } = request;
  const read = await readFile(path, request.bytesMax);
  if (read.kind !== 'read') return read;
  const extraction = await extract(read.bytes, path);
  if (extraction.kind === 'skipped') return extraction;
  const { extracted } = extraction;
  const fallback = titleFromName(source);
  if (request.want === 'passages') {
    return { kind: 'passages', passages: passagesOf(extracted, source, fallback) };
  }
  const { text } = extracted;
  const lines = text.split(/\r\n|\r|\n/).length;
  return { kind: 'text', title: extracted.title ?? fallback, text: shortened(text), lines };
}

function shortened(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(TEXT_BYTES_MAX));
  return text.slice(0, read);
}

type Read =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | (Extraction & { kind: 'skipped' })
  | { readonly kind: 'gone' };

async function readFile(path: string, bytesMax: number): Promise<Read> {
  let file: FileHandle | undefined;
  try {
    // Not blocking, so that a pipe which nobody writes to cannot hold the thread.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = await file.stat().then((stats) => (stats.isFile() ? stats : { size: -1 }));
    if (size < 0) return { kind: 'skipped', reason: 'it is no ordinary file' };
    if (size > bytesMax) return { kind: 'skipped', reason: tooLarge(size, bytesMax) };
    return { kind: 'read', bytes: await readBounded(file, size) };
  } catch (error) {
    return refusalOf(error);
  } finally {
    await file?.close();
  }
}

/** As many bytes as there were when it was opened; fewer when it shrinks meanwhile. */
async function readBounded(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function refusalOf(error: unknown): Read {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'skipped', reason: 'I may not read it' };
  if (code === 'ELOOP') return { kind: 'skipped', reason: 'it is a link' };
  return { kind: 'skipped', reason: `it cannot be read (${code})` };
}

function tooLarge(size: number, bytesMax: number): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 100_000) / 10} MB`;
  return `it is too large: ${megabytes(size)}, where ${megabytes(bytesMax)} are read at most`;
}

function serve(port: MessagePort): void {
  port.on('message', async (request: ExtractRequest) => {
    port.postMessage(await answer(request));
  });
  port.postMessage({ kind: 'ready' } satisfies ExtractAnswer);
}

if (parentPort !== null) serve(parentPort);
