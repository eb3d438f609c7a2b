/** What went wrong in an agent's code, as its sender and its log are told. */

import { KaiError, type Message } from '@kai/protocol';

/** An agent's own KaiError keeps its code; anything else that it throws is `AGENT_FAILED`. */
export function refusalFrom(thrown: unknown, message: Message, at: string): KaiError {
  if (!(thrown instanceof KaiError)) {
    const text = `${at} failed at ${message.intent}: ${reasonOf(thrown)}`;
    return new KaiError('AGENT_FAILED', text, { at, cause: thrown });
  }
  if (thrown.at !== '') return thrown;
  const { code, message: text, retryable, details } = thrown;
  return new KaiError(code, text, { at, retryable, cause: thrown, ...(details && { details }) });
}

export function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'it threw something that has no text';
  }
}

export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : reasonOf(thrown);
}
