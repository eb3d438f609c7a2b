/** The HTTP status that fits a wire code, and the body that says it. */

import { type ErrorCode, type ErrorPayload, KaiError } from '@kai/protocol';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_MESSAGE: 400,
  INVALID_PAYLOAD: 422,
  NO_ROUTE: 404,
  UNREACHABLE: 502,
  UNAUTHORIZED: 401,
  POLICY_DENIED: 403,
  REACH_DENIED: 403,
  EXPIRED: 504,
  OVERLOADED: 503,
  CANCELLED: 499,
  AGENT_FAILED: 500,
  AGENT_MOVED: 502,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}

/** What a client learns of a failure: a refusal as it is, of a defect only that there was one. */
export function errorPayload(error: unknown, at: string): ErrorPayload {
  const known =
    error instanceof KaiError ? error : new KaiError('INTERNAL', 'the gateway failed; its log says why');
  const payload = known.toPayload();
  return payload.at === '' ? { ...payload, at } : payload;
}
