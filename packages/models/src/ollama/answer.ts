/**
 * One answer of `/api/chat`, line by line (NDJSON).
 *
 * An `error` line is an error although the status was 200, and so is an answer without a line that says `done`.
 * What a model thinks before it answers (`thinking`) is passed over.
 */

import { isJsonObject, type JsonObject, KaiError } from '@kai/protocol';
import type { ChatEvent } from '@kai/runtime/ports';
import type { ModelServer } from '../http/model-server.ts';
import { jsonIn, refusalInStream } from '../http/refusal.ts';
import { callFrom } from './wire.ts';

export interface AnswerContext {
  readonly server: ModelServer;
  /** What the ids of calls begin with when Ollama gives none; unlike in every other answer of a conversation. */
  readonly idPrefix: string;
}

export class OllamaAnswer {
  readonly #context: AnswerContext;
  #calls = 0;
  #ended = false;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws KaiError when the line is an error or breaks the API. */
  line(text: string): readonly ChatEvent[] {
    if (this.#ended || text.trim() === '') return [];
    const { server } = this.#context;
    const chunk = jsonIn(text);
    const refusal = refusalInStream(chunk);
    if (refusal !== undefined) throw server.refusal(refusal);
    if (!isJsonObject(chunk)) throw server.broken('a line that is no JSON object');
    if (typeof chunk.remote_host === 'string' && chunk.remote_host !== '') this.#refuseRemote();
    const events = isJsonObject(chunk.message) ? this.#message(chunk.message) : [];
    return chunk.done === true ? [...events, this.#end(chunk)] : events;
  }

  /** The last resort: the model was looked at before (models.ts), but its name may mean another one by now. */
  #refuseRemote(): void {
    const { name, reach } = this.#context.server;
    if (reach === 'public') return;
    throw new KaiError('REACH_DENIED', `${name} passed this on to another host; its reach is only ${reach}`);
  }

  #message({ content, tool_calls: calls }: JsonObject): readonly ChatEvent[] {
    const text: ChatEvent[] =
      typeof content === 'string' && content !== '' ? [{ kind: 'text', text: content }] : [];
    if (!Array.isArray(calls)) return text;
    const events = calls.map((value): ChatEvent => {
      const call = callFrom(value, `${this.#context.idPrefix}${this.#calls}`);
      if (call === undefined) throw this.#context.server.broken('a tool call without a name or arguments');
      this.#calls += 1;
      return { kind: 'call', call };
    });
    return [...text, ...events];
  }

  #end({ done_reason: reason, eval_count: tokens }: JsonObject): ChatEvent {
    this.#ended = true;
    return {
      kind: 'end',
      reason: reason === 'length' ? 'length' : this.#calls > 0 ? 'calls' : 'stop',
      ...(typeof tokens === 'number' ? { tokens } : {}),
    };
  }
}
