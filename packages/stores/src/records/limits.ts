/** How large one record may be. Refused at the door with `INVALID_PAYLOAD`, before anything is queued or written. */

/** Characters of an agent's address, a key or a timer's name. */
export const NAME_CHARS_MAX = 1_024;
/** Characters of one record in its JSON form: a state value, a journal entry, a dead letter, a timer. */
export const RECORD_CHARS_MAX = 16 * 1024 * 1024;
/** Records that one read returns at most, whatever its `limit` says. */
export const READ_RECORDS_MAX = 10_000;

/** The `limit` of a read as it is obeyed: whole, not negative, and at most {@link READ_RECORDS_MAX}. */
export function boundedLimit(limit: number): number {
  return Math.max(0, Math.min(READ_RECORDS_MAX, Math.floor(limit)));
}
