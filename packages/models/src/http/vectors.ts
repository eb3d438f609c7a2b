/** Embedding vectors out of a server's answer: as many as asked for, of one length, of finite numbers. */

import { type Parsed, parsed, problem } from '@kai/protocol';

/** Texts of one request; more are sent in several. */
export const EMBED_BATCH_MAX = 64;

export function batchesOf(texts: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  for (let at = 0; at < texts.length; at += EMBED_BATCH_MAX)
    batches.push(texts.slice(at, at + EMBED_BATCH_MAX));
  return batches;
}

export function vectorsFrom(rows: unknown, count: number): Parsed<readonly Float32Array[]> {
  if (!Array.isArray(rows) || rows.length !== count) {
    return problem(0, `${count} vectors were asked for; ${Array.isArray(rows) ? rows.length : 'none'} came`);
  }
  const vectors: Float32Array[] = [];
  for (const [index, row] of rows.entries()) {
    const vector = Array.isArray(row) ? vectorFrom(row) : undefined;
    if (vector === undefined) return problem(index, 'a vector is not made of finite numbers');
    vectors.push(vector);
  }
  return haveOneLength(vectors) ? parsed(vectors) : problem(0, 'the vectors are of different lengths');
}

export function haveOneLength(vectors: readonly Float32Array[]): boolean {
  return vectors.every((vector) => vector.length === vectors[0]?.length);
}

function vectorFrom(row: readonly unknown[]): Float32Array | undefined {
  if (row.length === 0 || !row.every((value) => Number.isFinite(value))) return undefined;
  return Float32Array.from(row as readonly number[]);
}
