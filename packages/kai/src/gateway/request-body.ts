/** A request as a client writes it: a message, and how long to wait for the answer. */

import {
  draftFrom,
  isJsonObject,
  type JsonValue,
  type MessageDraft,
  type Parsed,
  parsed,
  problem,
} from '@kai/protocol';

/** How long an answer is awaited when the client does not say, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** The longest wait that a client may ask for: one day, in milliseconds. */
export const REQUEST_TIMEOUT_MS_MAX = 86_400_000;

export interface RequestBody {
  readonly draft: MessageDraft;
  readonly timeoutMs: number | undefined;
}

export function requestFrom(
  message: JsonValue | undefined,
  timeoutMs: JsonValue | undefined,
): Parsed<RequestBody> {
  if (!isJsonObject(message)) return problem(0, 'a message is a JSON object with to, intent and payload');
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
    return problem(0, `timeoutMs is a whole number of milliseconds from 1 to ${REQUEST_TIMEOUT_MS_MAX}`);
  }
  const draft = draftFrom(message);
  return draft.ok ? parsed({ draft: draft.value, timeoutMs }) : draft;
}

function isTimeout(value: JsonValue): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= REQUEST_TIMEOUT_MS_MAX
  );
}
