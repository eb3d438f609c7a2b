/**
 * A language model, wherever it runs. One runtime serves one model under one name.
 *
 * A runtime holds no conversation: each call carries all of it. Calls may run side by side.
 */

import type { JsonObject, JsonSchema, Reach } from '@kai/protocol';

export type ModelTurn =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls?: readonly ModelCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly tool: string; readonly text: string };

export interface ModelCall {
  readonly id: string;
  readonly tool: string;
  readonly args: JsonObject;
}

export interface ModelTool {
  /** 1 to 64 of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

export interface ChatRequest {
  readonly turns: readonly ModelTurn[];
  readonly tools?: readonly ModelTool[];
  /** Tokens to generate at most. */
  readonly tokensMax?: number;
}

export type ChatEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly call: ModelCall }
  /** Always the last one. */
  | { readonly kind: 'end'; readonly reason: 'stop' | 'calls' | 'length'; readonly tokens?: number };

export interface ModelHealth {
  readonly ready: boolean;
  /** Why not, or what was found, for a person. */
  readonly detail: string;
}

export interface ModelRuntime {
  /** The name in `kai.yaml`, or the kind of the runtime. */
  readonly name: string;
  readonly model: string;
  /** How far a message travels that is given to it. */
  readonly reach: Reach;
  /** Where it runs, for people: a URL without credentials, or `on this device`. */
  readonly where: string;
  health(signal: AbortSignal): Promise<ModelHealth>;
  /**
   * Streams an answer. Stops the generation when `signal` aborts.
   *
   * @throws KaiError `UNAVAILABLE` when the runtime cannot be reached or is loading, `OVERLOADED` when its queue
   * is full, `INVALID_PAYLOAD` when it refuses the request, `UNAUTHORIZED` when it refuses the key.
   */
  chat(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>;
  /** Vectors of one length, one for each text. Absent when the runtime has no embedding model. */
  readonly embed?: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;
}
