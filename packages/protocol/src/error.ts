/**
 * The error catalogue (protocol §2): one closed set of wire codes with number, meaning and whether trying
 * again can help. Numbers and names never change; a test freezes them.
 */

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

interface CatalogueEntry {
  readonly number: number;
  /** Whether the same message may succeed later without being changed. */
  readonly retryable: boolean;
  readonly meaning: string;
}

export const ERRORS = {
  INVALID_MESSAGE: {
    number: 1,
    retryable: false,
    meaning: 'The message breaks the protocol and was not looked at further.',
  },
  INVALID_PAYLOAD: { number: 2, retryable: false, meaning: "The payload does not fit the intent's schema." },
  NO_ROUTE: { number: 3, retryable: false, meaning: 'No agent, service or rule takes this message.' },
  UNREACHABLE: { number: 4, retryable: true, meaning: 'The receiver is known but cannot be reached now.' },
  UNAUTHORIZED: { number: 5, retryable: false, meaning: 'The sender has not proven who it is.' },
  POLICY_DENIED: { number: 6, retryable: false, meaning: 'A rule or a policy refuses this message.' },
  REACH_DENIED: {
    number: 7,
    retryable: false,
    meaning: 'The message would travel further than its privacy label allows.',
  },
  EXPIRED: { number: 8, retryable: true, meaning: 'The deadline passed before an answer came.' },
  OVERLOADED: { number: 9, retryable: true, meaning: "The receiver's queue is full." },
  CANCELLED: { number: 10, retryable: false, meaning: 'The sender took the request back.' },
  AGENT_FAILED: { number: 11, retryable: false, meaning: "The agent's handler failed." },
  AGENT_MOVED: { number: 12, retryable: true, meaning: 'The agent lives on another node now.' },
  CONFLICT: { number: 13, retryable: false, meaning: 'The request does not fit the present state.' },
  UNAVAILABLE: {
    number: 14,
    retryable: true,
    meaning: 'Something that is needed is not there at the moment.',
  },
  INTERNAL: { number: 15, retryable: false, meaning: 'A defect in kAI itself.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** The payload of a message of kind `error`. */
export interface ErrorPayload {
  readonly code: ErrorCode;
  /** What happened and what to do, for a person. */
  readonly message: string;
  readonly retryable: boolean;
  /** Who refused: an address. */
  readonly at: string;
  /** Machine-readable particulars, such as the offending path of a payload. */
  readonly details?: JsonObject;
}

export interface KaiErrorOptions extends ErrorOptions {
  readonly at?: string;
  /** When this instance differs from its catalogue entry. */
  readonly retryable?: boolean;
  readonly details?: JsonObject;
}

/** A refusal with a wire code: what a sender gets, and what a handler throws to choose the code itself. */
export class KaiError extends Error {
  override readonly name = 'KaiError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly at: string;
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, options: KaiErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? ERRORS[code].retryable;
    this.at = options.at ?? '';
    this.details = options.details;
  }

  toPayload(): ErrorPayload {
    const { code, message, retryable, at, details } = this;
    return details === undefined
      ? { code, message, retryable, at }
      : { code, message, retryable, at, details };
  }

  /** Rebuilds the error that a message of kind `error` carries; anything else becomes `INTERNAL`. */
  static fromPayload(payload: JsonValue): KaiError {
    if (!isJsonObject(payload) || !isErrorCode(payload.code)) {
      return new KaiError('INTERNAL', 'an error arrived that names no code of the catalogue');
    }
    const { code, message, retryable, at, details } = payload;
    return new KaiError(code, typeof message === 'string' ? message : ERRORS[code].meaning, {
      retryable: typeof retryable === 'boolean' ? retryable : ERRORS[code].retryable,
      at: typeof at === 'string' ? at : '',
      ...(isJsonObject(details) ? { details } : {}),
    });
  }
}
