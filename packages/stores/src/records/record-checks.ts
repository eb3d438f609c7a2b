/** What a record must be before it is queued or written. Each refusal is `INVALID_PAYLOAD` and names the part. */

import { KaiError } from '@kai/protocol';
import { NAME_CHARS_MAX, RECORD_CHARS_MAX } from './limits.ts';

/** A database keeps UTF-8, in which two different lone surrogates would become the same name. */
export function checkedName(name: string, what: string): string {
  if (name.length > NAME_CHARS_MAX) {
    throw new KaiError('INVALID_PAYLOAD', `the name of ${what} has more than ${NAME_CHARS_MAX} characters`);
  }
  if (!name.isWellFormed()) throw new KaiError('INVALID_PAYLOAD', `the name of ${what} is no Unicode text`);
  return name;
}

/** Text that comes back as it was handed over. */
export function checkedText(text: string, what: string): string {
  if (!text.isWellFormed()) throw new KaiError('INVALID_PAYLOAD', `${what} is no Unicode text`);
  return bounded(text, what);
}

export function checkedTime(at: number, what: string): number {
  if (!Number.isFinite(at)) throw new KaiError('INVALID_PAYLOAD', `${what} has no time`);
  return at;
}

/** The text that `encode` makes, when there is one and it is not too long. */
export function asJson(encode: () => string | undefined, what: string): string {
  let text: string | undefined;
  try {
    text = encode();
  } catch (cause) {
    throw new KaiError('INVALID_PAYLOAD', `a record has no JSON form: ${cause}`, { cause });
  }
  if (text === undefined) throw new KaiError('INVALID_PAYLOAD', 'a record has no JSON form');
  return bounded(text, what);
}

function bounded(text: string, what: string): string {
  if (text.length <= RECORD_CHARS_MAX) return text;
  throw new KaiError(
    'INVALID_PAYLOAD',
    `${what} has ${text.length} characters; at most ${RECORD_CHARS_MAX} are kept`,
  );
}
