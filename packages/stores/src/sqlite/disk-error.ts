/**
 * What SQLite refuses, as the one sentence a person needs: which file, what is wrong, what to do.
 *
 * Damage and foreign files are `CONFLICT`, which trying again does not mend; a full, read-only or unreadable disk
 * is `UNAVAILABLE`. Nothing here or elsewhere removes or overwrites a file because of an error.
 */

import type { ErrorCode } from '@kai/protocol';
import { Refused } from './refused.ts';

interface Sentence {
  readonly code: ErrorCode;
  readonly say: (path: string) => string;
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
export const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const SENTENCES: Readonly<Record<number, Sentence>> = {
  3: unavailable('may not be opened', 'give this user the right to read and write it'),
  [SQLITE_BUSY]: conflict('is locked by another program', 'stop that program first'),
  7: unavailable('needs more memory than there is', 'free memory and start again'),
  8: unavailable('is read-only', 'make the file and its folder writable for this user'),
  10: unavailable('cannot be read or written by the disk', 'check the disk and its cable, then start again'),
  [SQLITE_CORRUPT]: conflict(
    'is damaged',
    'kAI left it as it is; restore a backup, or move it away to begin anew',
  ),
  13: unavailable(
    'cannot grow because the disk is full',
    'free some space; nothing of this write has happened',
  ),
  14: unavailable('cannot be opened', 'make sure that its folder exists and that this user may write there'),
  18: { code: 'INVALID_PAYLOAD', say: (path) => `a record is too large for ${path}` },
  23: unavailable('may not be opened', 'give this user the right to read and write it'),
  [SQLITE_NOTADB]: conflict(
    'is not a database of kAI',
    'kAI left it as it is; move it away or name another path',
  ),
};

/** The refusal that tells a person about `error`, which came up while working with the file at `path`. */
export function diskError(path: string, error: unknown): Refused {
  if (error instanceof Refused) return error;
  const sentence = SENTENCES[primaryCode(error)];
  if (sentence !== undefined) return new Refused(sentence.code, sentence.say(path), { cause: error });
  if (isFileError(error)) {
    const message = `${path} cannot be opened (${error.code}): make sure that its folder exists and that this user may write there`;
    return new Refused('UNAVAILABLE', message, { cause: error });
  }
  return new Refused('INTERNAL', `${path}: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}

/** Whether `error` says that the file's content is not what SQLite wrote. */
export function saysDamaged(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** SQLite's primary result code, or 0 when `error` did not come from SQLite. */
export function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unavailable(what: string, remedy: string): Sentence {
  return { code: 'UNAVAILABLE', say: (path) => `${path} ${what}: ${remedy}` };
}

function conflict(what: string, remedy: string): Sentence {
  return { code: 'CONFLICT', say: (path) => `${path} ${what}: ${remedy}` };
}
