/** How the stand-in answers a request: with a payload, or with an error as the gateway writes one. */

import type { ErrorPayload } from '@kai/protocol';
import { NODE } from './intents.ts';

export type Reply = { readonly payload: unknown; readonly re?: string } | { readonly error: ErrorPayload };

export function refuse(code: ErrorPayload['code'], message: string): Reply {
  return { error: refusal(code, message) };
}

export function refusal(code: ErrorPayload['code'], message: string): ErrorPayload {
  return { code, message, retryable: false, at: NODE };
}
