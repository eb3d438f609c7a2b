/**
 * Asking all instances of a service: the answers come as parts while they arrive, and together in the closing reply,
 * as `{ answers: [{ from, payload }], failures: [{ from, error }] }`. It fails when all of them do.
 *
 * An event has nobody to tell: each instance that could not take it leaves a dead letter of its own.
 */

import type { JsonObject, JsonValue, KaiError, Message } from '@kai/protocol';
import type { Endpoint } from '../registrar/endpoint.ts';
import type { Exchange } from './exchange.ts';

/** `open` makes the exchange of one instance. */
export function askAll(exchange: Exchange, endpoints: readonly Endpoint[], open: () => Exchange): void {
  const gathered = new Gathered(exchange, endpoints.length);
  const parts = endpoints.map((endpoint) => {
    const part = open();
    gathered.await(part, endpoint.address.text);
    return part;
  });
  exchange.working = {
    interrupt: (reason) => {
      for (const part of parts) part.abandon(reason);
    },
  };
  for (const [index, part] of parts.entries()) endpoints[index]?.take(part);
}

class Gathered {
  readonly #exchange: Exchange;
  readonly #answers: JsonValue[] = [];
  readonly #failures: JsonValue[] = [];
  #missing: number;
  #lastReply: Message | undefined = undefined;
  #firstFailure: KaiError | undefined = undefined;

  constructor(exchange: Exchange, count: number) {
    this.#exchange = exchange;
    this.#missing = count;
  }

  await(part: Exchange, from: string): void {
    part.whenSettled(
      (reply) => {
        this.#lastReply = reply;
        this.#add(this.#answers, { from, payload: reply.payload });
      },
      (error) => {
        this.#firstFailure ??= error;
        this.#add(this.#failures, { from, error: { ...error.toPayload() } });
      },
    );
  }

  #add(to: JsonValue[], part: JsonObject): void {
    this.#missing -= 1;
    if (this.#exchange.settled) return;
    to.push(part);
    this.#exchange.sink?.push(part);
    if (this.#missing === 0) this.#settle();
  }

  #settle(): void {
    const { message } = this.#exchange;
    const reply = this.#lastReply ?? (message.kind === 'event' ? message : undefined);
    if (reply === undefined) return this.#exchange.fail(this.#firstFailure as KaiError);
    this.#exchange.reply({ ...reply, payload: { answers: this.#answers, failures: this.#failures } });
  }
}
