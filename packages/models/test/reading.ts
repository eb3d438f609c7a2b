/** Short ways to read an answer, or its failure, for the tests of the adapters. */

import { KaiError } from '@kai/protocol';
import type { ChatEvent, ChatRequest } from '@kai/runtime/ports';

export const HELLO: ChatRequest = { turns: [{ role: 'user', text: 'Hello' }] };

export async function readAll(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const seen: ChatEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** How a chat is refused. */
export async function refusalBy(events: AsyncIterable<ChatEvent>): Promise<KaiError> {
  try {
    await readAll(events);
  } catch (error) {
    if (error instanceof KaiError) return error;
    throw error;
  }
  throw new Error('the chat was expected to fail');
}
