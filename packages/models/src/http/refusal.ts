/**
 * What model servers answer instead of an answer, as errors of the catalogue.
 *
 * Servers agree on statuses more than on bodies: `{"error":"text"}` (Ollama), `{"error":{"message"}}` (OpenAI,
 * llama.cpp, vLLM), flat `{"object":"error","message"}` (older vLLM), `{"detail"}` (FastAPI), and a JSON string
 * that holds one of these (MLC). What is none of them is shown as it is, shortened.
 */

import { type ErrorCode, isJsonObject, KaiError, quoted } from '@kai/protocol';

export interface Refusal {
  readonly status: number;
  /** What the server says; empty when it says nothing. */
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** Characters of a server's words that a person gets to see. */
const MESSAGE_LENGTH_MAX = 300;

/** What a body says about an error, or nothing when it says nothing. */
export function messageIn(body: unknown): string | undefined {
  if (typeof body === 'string') return messageInText(body);
  if (!isJsonObject(body)) return undefined;
  const { error, message, detail } = body;
  if (typeof error === 'string') return error;
  if (isJsonObject(error)) return typeof error.message === 'string' ? error.message : JSON.stringify(error);
  if (typeof message === 'string') return message;
  if (detail !== undefined) return typeof detail === 'string' ? detail : JSON.stringify(detail);
  return undefined;
}

function messageInText(text: string): string | undefined {
  const parsed = jsonIn(text);
  if (parsed !== undefined && parsed !== text) return messageIn(parsed);
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) return 'a web page came back';
  return trimmed === '' ? undefined : trimmed;
}

/** The value of a JSON text; nothing when it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error in the midst of a stream whose status was 200: its own `code` says what it would have been. */
export function refusalInStream(body: unknown): Refusal | undefined {
  if (!isJsonObject(body) || (body.error === undefined && body.object !== 'error') || body.error === null) {
    return undefined;
  }
  const code = isJsonObject(body.error) ? body.error.code : body.code;
  const status = typeof code === 'number' && code >= 400 && code <= 599 ? code : 500;
  return { status, message: messageIn(body) ?? '' };
}

export function refused(
  who: string,
  { status, message, retryAfterMs }: Refusal,
  advice: string | undefined,
): KaiError {
  const code = codeOf(status, message);
  const said = message === '' ? '' : `: ${quoted(message, MESSAGE_LENGTH_MAX)}`;
  const what = `${who} refuses with ${status}${said}`;
  return new KaiError(code, advice === undefined ? what : `${advice} (${what})`, {
    // A missing model or a wrong address stays so until somebody changes it.
    ...(status < 400 || status === 404 ? { retryable: false } : {}),
    details: { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

const BUSY = /\b(busy|overloaded|queue|too many|pending requests)\b/i;

function codeOf(status: number, message: string): ErrorCode {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 429 || status === 529) return 'OVERLOADED';
  if (status === 503) return BUSY.test(message) ? 'OVERLOADED' : 'UNAVAILABLE';
  if (status === 501) return 'INVALID_PAYLOAD';
  if (status < 400 || status >= 500 || status === 404 || status === 408 || status === 499)
    return 'UNAVAILABLE';
  return 'INVALID_PAYLOAD';
}
