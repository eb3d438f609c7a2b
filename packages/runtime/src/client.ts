/**
 * A client: a sender from outside the agents, such as a window, a command line or a test. It has an address of its
 * own on the node and hears topics, but takes no messages.
 */

import type { AgentAddress, JsonObject, JsonValue, Message, Target, TopicPattern } from '@kai/protocol';
import type { Ack, CallOptions, DeliverOptions, Sender, SendOptions } from './agents/context.ts';
import { ask, askForParts, askForPayload } from './router/ask.ts';
import { deliver } from './router/deliver.ts';
import type { Router } from './router/router.ts';
import type { Topics } from './topics/topics.ts';

export interface Subscription {
  cancel(): void;
}

const NOTHING: JsonObject = Object.freeze({});

export class Client implements Sender, Disposable {
  readonly address: AgentAddress;
  readonly #router: Router;
  readonly #topics: Topics;
  readonly #subscriptions = new Set<() => void>();
  readonly #closed = new AbortController();
  readonly #release: () => void;

  constructor(address: AgentAddress, router: Router, topics: Topics, release: () => void) {
    this.address = address;
    this.#router = router;
    this.#topics = topics;
    this.#release = release;
  }

  call(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): Promise<JsonValue> {
    return askForPayload(this.#router, this.address, to, intent, payload, options, undefined);
  }

  request(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): Promise<Message> {
    return ask(this.#router, this.address, to, intent, payload, options, undefined);
  }

  stream(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): AsyncGenerator<JsonValue, Message, void> {
    const signal = options?.signal;
    const until = signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal]);
    return askForParts(
      this.#router,
      this.address,
      to,
      intent,
      payload,
      { ...options, signal: until },
      undefined,
    );
  }

  deliver(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: DeliverOptions,
  ): Promise<Ack> {
    return deliver(this.#router, this.address, to, intent, payload, options, undefined);
  }

  send(to: Target | string, intent: string, payload: JsonValue = NOTHING, options?: SendOptions): void {
    this.#router.dispatch(this.#router.admitEvent(this.address, to, intent, payload, options, undefined));
  }

  publish(
    topic: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: SendOptions,
  ): number {
    return this.#router.publish(
      this.#router.admitEvent(this.address, topic, intent, payload, options, undefined),
    );
  }

  /** Hears the events of a topic until it is cancelled or the client is disposed of. */
  subscribe(topic: TopicPattern, hear: (message: Message) => void): Subscription {
    const end = this.#topics.subscribe(topic, hear);
    this.#subscriptions.add(end);
    return {
      cancel: () => {
        this.#subscriptions.delete(end);
        end();
      },
    };
  }

  /** Ends its subscriptions and streams. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    for (const end of this.#subscriptions) end();
    this.#subscriptions.clear();
    this.#release();
  }
}
