/**
 * The parts of a streamed answer on their way from the agent to the one who asked.
 *
 * The writer is told when the reader is behind and waits; one that does not wait fails the request once
 * {@link CHUNKS_WAITING_MAX} parts wait.
 */

import { type JsonValue, KaiError, type Message } from '@kai/protocol';
import { Queue } from '../mailbox/queue.ts';
import type { ChunkSink, Exchange } from '../router/exchange.ts';
import { CHUNKS_WAITING_MAX } from './context.ts';

/** Parts that may wait before the writer is asked to pause. */
const PAUSE_AT = 64;

type End = { readonly reply: Message } | { readonly error: KaiError };

export class ChunkQueue implements ChunkSink {
  readonly #exchange: Exchange;
  readonly #chunks = new Queue<JsonValue>();
  #end: End | undefined = undefined;
  #wakeReader: (() => void) | undefined = undefined;
  #wakeWriter: (() => void) | undefined = undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    exchange.sink = this;
    exchange.whenSettled(
      (reply) => this.#finish({ reply }),
      (error) => this.#finish({ error }),
    );
  }

  push(chunk: JsonValue): boolean {
    if (this.#chunks.size >= CHUNKS_WAITING_MAX) {
      const { text } = this.#exchange.message.to;
      this.#exchange.abandon(
        new KaiError('OVERLOADED', `the reader of ${text}'s answer is too slow`, { at: text }),
      );
      return true;
    }
    this.#chunks.push(chunk);
    this.#wakeReader?.();
    return this.#chunks.size < PAUSE_AT;
  }

  drained(): Promise<void> {
    if (this.#chunks.size < PAUSE_AT || this.#end !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  async *read(): AsyncGenerator<JsonValue, Message, void> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          if (this.#chunks.size < PAUSE_AT / 2) this.#wakeWriter?.();
          yield chunk;
        } else if (this.#end === undefined) await this.#more();
        else if ('error' in this.#end) throw this.#end.error;
        else return this.#end.reply;
      }
    } finally {
      this.#exchange.abandon(new KaiError('CANCELLED', 'the reader has stopped reading'));
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeReader = resolve;
    });
  }

  #finish(end: End): void {
    this.#end = end;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }
}
