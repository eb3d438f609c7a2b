/** Messages and answers as the store keeps them. */

import { decodeJson, encodeJson, type JsonValue, KaiError, type Message } from '@kai/protocol';
import type { InboxRecord, Settlement } from '../ports/index.ts';

export function inboxRecord(agent: string, message: Message): InboxRecord {
  return { agent, id: message.id, from: message.from.text, message: encodeJson(message) };
}

/** @throws KaiError `INTERNAL` when the record holds no message. */
export function messageFrom(record: InboxRecord): Message {
  const message = decodeJson(record.message);
  if (message.ok) return message.value;
  const { agent, id } = record;
  throw new KaiError(
    'INTERNAL',
    `the kept message ${id} of ${agent} cannot be read: ${message.problem.message}`,
  );
}

export function repliedWith(
  agent: string,
  { from, id }: Message,
  at: number,
  payload: JsonValue,
): Settlement {
  return { agent, from: from.text, id, at, outcome: 'replied', answer: JSON.stringify(payload) };
}

export function failedWith(agent: string, { from, id }: Message, at: number, error: KaiError): Settlement {
  return { agent, from: from.text, id, at, outcome: 'failed', answer: JSON.stringify(error.toPayload()) };
}

/** What a message was answered with when it was handled before. */
export function answerOf({ outcome, answer }: Settlement): JsonValue | KaiError {
  const value = JSON.parse(answer) as JsonValue;
  return outcome === 'replied' ? value : KaiError.fromPayload(value);
}
