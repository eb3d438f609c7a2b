/**
 * The chat API that OpenAI wrote and most servers follow: what is sent (platform.openai.com, Chat Completions).
 *
 * Arguments of tool calls are JSON texts here, not objects.
 */

import type { JsonObject } from '@kai/protocol';
import type { ChatRequest, ModelCall, ModelTurn } from '@kai/runtime/ports';

/** Newer models at OpenAI refuse the first name, most other servers know only that one. */
export type TokensMaxField = 'max_tokens' | 'max_completion_tokens';

export function chatBody(
  { turns, tools = [], tokensMax }: ChatRequest,
  model: string,
  tokensMaxField: TokensMaxField,
): JsonObject {
  return {
    model,
    messages: turns.map(messageFrom),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((tool) => ({ type: 'function', function: { ...tool } })) }),
    ...(tokensMax === undefined ? {} : { [tokensMaxField]: tokensMax }),
  };
}

function messageFrom(turn: ModelTurn): JsonObject {
  switch (turn.role) {
    case 'system':
    case 'user':
      return { role: turn.role, content: turn.text };
    case 'assistant':
      return turn.calls === undefined || turn.calls.length === 0
        ? { role: 'assistant', content: turn.text }
        : { role: 'assistant', content: turn.text || null, tool_calls: turn.calls.map(toolCall) };
    case 'tool':
      return { role: 'tool', tool_call_id: turn.callId, content: turn.text };
  }
}

function toolCall({ id, tool, args }: ModelCall): JsonObject {
  return { id, type: 'function', function: { name: tool, arguments: JSON.stringify(args) } };
}
