/**
 * One streamed answer of `/v1/chat/completions`, event by event.
 *
 * Whole once a `finish_reason` came; `[DONE]` and the event with `usage` follow it, and not every server sends
 * them. Without a `finish_reason` or `[DONE]` the answer was cut, which is an error.
 */

import { isJsonObject, type JsonObject, KaiError } from '@kai/protocol';
import type { ChatEvent } from '@kai/runtime/ports';
import type { ModelServer } from '../http/model-server.ts';
import { jsonIn, refusalInStream } from '../http/refusal.ts';
import { CallAssembly } from './calls.ts';

export class CompletionAnswer {
  readonly #server: ModelServer;
  readonly #calls: CallAssembly;
  #finish: string | undefined;
  #tokens: number | undefined;
  #ended = false;

  /** @param idPrefix What the ids of calls begin with when the server gives none. */
  constructor(server: ModelServer, idPrefix: string) {
    this.#server = server;
    this.#calls = new CallAssembly(idPrefix);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws KaiError when the event is an error or breaks the API. */
  event(data: string): readonly ChatEvent[] {
    if (this.#ended || data === '') return [];
    if (data.trim() === '[DONE]') {
      this.#finish ??= 'stop';
      return this.end();
    }
    const chunk = jsonIn(data);
    const refusal = refusalInStream(chunk);
    if (refusal !== undefined) throw this.#server.refusal(refusal);
    if (!isJsonObject(chunk)) throw this.#server.broken('an event that is no JSON object');
    if (isJsonObject(chunk.usage) && typeof chunk.usage.completion_tokens === 'number') {
      this.#tokens = chunk.usage.completion_tokens;
    }
    const choice = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
    return isJsonObject(choice) ? this.#choice(choice) : [];
  }

  /** What closes the answer, once. @throws KaiError when it was cut, or a call in it is not whole. */
  end(): readonly ChatEvent[] {
    if (this.#ended) return [];
    this.#ended = true;
    if (this.#finish === undefined) throw this.#server.broken('an answer that was cut before its end');
    if (this.#finish === 'content_filter') {
      throw new KaiError('INVALID_PAYLOAD', `the content filter of ${this.#server.name} stopped the answer`);
    }
    const cutShort = this.#finish === 'length';
    const calls = this.#calls.calls();
    if (!calls.ok && !cutShort) throw this.#server.broken(calls.problem.message);
    const events = calls.ok ? calls.value.map((call): ChatEvent => ({ kind: 'call', call })) : [];
    return [
      ...events,
      {
        kind: 'end',
        reason: cutShort ? 'length' : events.length > 0 ? 'calls' : 'stop',
        ...(this.#tokens === undefined ? {} : { tokens: this.#tokens }),
      },
    ];
  }

  #choice({ delta, finish_reason: finish }: JsonObject): readonly ChatEvent[] {
    if (typeof finish === 'string') this.#finish = finish;
    if (!isJsonObject(delta)) return [];
    if (Array.isArray(delta.tool_calls)) {
      const wrong = this.#calls.add(delta.tool_calls);
      if (wrong !== undefined) throw this.#server.broken(wrong);
    }
    const { content } = delta;
    return typeof content === 'string' && content !== '' ? [{ kind: 'text', text: content }] : [];
  }
}
