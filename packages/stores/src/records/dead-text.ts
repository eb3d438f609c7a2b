/** A dead letter as one line of JSON, in a fixed order that is part of the file format. */

import type { ErrorCode } from '@kai/protocol';
import type { DeadLetter } from '@kai/runtime/ports';

type LetterFields = [at: number, id: string, code: ErrorCode, reason: string, message: string];

export function encodeLetter({ at, id, code, reason, message }: DeadLetter): string {
  const fields: LetterFields = [at, id, code, reason, message];
  return JSON.stringify(fields);
}

/** The reverse of {@link encodeLetter}, for text whose checksum was verified. */
export function decodeLetter(text: string): DeadLetter {
  const [at, id, code, reason, message] = JSON.parse(text) as LetterFields;
  return { at, id, code, reason, message };
}
