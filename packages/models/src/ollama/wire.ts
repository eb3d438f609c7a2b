/**
 * Ollama's own API as far as it is used: what is sent, and what its answers mean (ollama/ollama api/types.go and
 * server/routes.go of August 2026).
 *
 * Arguments of tool calls are objects here, not texts. A model may be listed that runs elsewhere: it has a
 * `remote_host`, or `cloud` ends its tag.
 */

import { findUnsafe, isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';
import type { ChatRequest, ModelCall, ModelTurn } from '@kai/runtime/ports';

export interface ChatSettings {
  readonly model: string;
  readonly contextTokens: number | undefined;
  readonly think: boolean | undefined;
}

export function chatBody({ turns, tools = [], tokensMax }: ChatRequest, settings: ChatSettings): JsonObject {
  const { model, contextTokens, think } = settings;
  return {
    model,
    messages: turns.map(messageFrom),
    stream: true,
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((tool) => ({ type: 'function', function: { ...tool } })) }),
    ...(think === undefined ? {} : { think }),
    options: {
      ...(tokensMax === undefined ? {} : { num_predict: tokensMax }),
      ...(contextTokens === undefined ? {} : { num_ctx: contextTokens }),
    },
  };
}

function messageFrom(turn: ModelTurn): JsonObject {
  switch (turn.role) {
    case 'system':
    case 'user':
      return { role: turn.role, content: turn.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: turn.text,
        ...(turn.calls ? { tool_calls: turn.calls.map(toolCall) } : {}),
      };
    case 'tool':
      return { role: 'tool', content: turn.text, tool_name: turn.tool, tool_call_id: turn.callId };
  }
}

function toolCall({ id, tool, args }: ModelCall, index: number): JsonObject {
  return { id, function: { index, name: tool, arguments: args } };
}

/** A call as Ollama tells it; nothing when it is none. */
export function callFrom(value: JsonValue, idIfNone: string): ModelCall | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.function)) return undefined;
  const { name, arguments: args = {} } = value.function;
  if (typeof name !== 'string' || name === '' || !isJsonObject(args) || findUnsafe(args)) return undefined;
  return { id: typeof value.id === 'string' && value.id !== '' ? value.id : idIfNone, tool: name, args };
}

/** What is known of an installed model. */
export interface InstalledModel {
  readonly name: string;
  /** `completion`, `tools`, `embedding`, …; nothing from servers that do not tell. */
  readonly capabilities: readonly string[] | undefined;
  /** Whether what is sent to it leaves this Ollama for another host. */
  readonly remote: boolean;
  readonly family: string;
}

/** From an entry of `/api/tags`, or from `/api/show`, which does not repeat the name. */
export function installedFrom(entry: JsonValue, knownName?: string): InstalledModel | undefined {
  if (!isJsonObject(entry)) return undefined;
  const name = knownName ?? entry.model ?? entry.name;
  if (typeof name !== 'string' || name === '') return undefined;
  const { capabilities, remote_host: remoteHost, details } = entry;
  const family = isJsonObject(details) && typeof details.family === 'string' ? details.family : '';
  return {
    name,
    capabilities: Array.isArray(capabilities)
      ? capabilities.filter((one) => typeof one === 'string')
      : undefined,
    remote: isCloudName(name) || (typeof remoteHost === 'string' && remoteHost !== ''),
    family,
  };
}

/** Whether the name itself says that the model runs at ollama.com: `gpt-oss:120b-cloud`, `glm-4.6:cloud`. */
export function isCloudName(name: string): boolean {
  return /:([^/:]*-)?cloud$/i.test(name.trim());
}
