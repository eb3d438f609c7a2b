/**
 * The handling of one message: what its handler sees, made anew for each and kept small.
 *
 * Costly parts (abort controllers, transactions) are made when they are first asked for. What a handler sends
 * belongs to the message that it handles: it carries on its trace, expires no later, and travels no further.
 */

import {
  type AgentAddress,
  childTraceparent,
  type JsonObject,
  type JsonValue,
  KaiError,
  type Message,
  type MessageContext,
  type NodeAddress,
  narrower,
  type Reach,
  type Target,
} from '@kai/protocol';
import { derivedId } from '../delivery/derived-id.ts';
import { Steps } from '../delivery/steps.ts';
import type { Clock, Log, ModelRuntime, TextIndex } from '../ports/index.ts';
import { ask, askForParts, askForPayload } from '../router/ask.ts';
import { deliver } from '../router/deliver.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Router } from '../router/router.ts';
import type { Cell } from './cell.ts';
import type {
  Ack,
  AgentContext,
  AgentState,
  CallOptions,
  Capability,
  DeliverOptions,
  MessageHandling,
  SendOptions,
  Timers,
} from './context.ts';
import { Transaction } from './transaction.ts';

/** The payload of a message that has none. */
const NOTHING: JsonObject = Object.freeze({});

/** An agent's work outside of any message: its start and its stop. */
export class Work implements AgentContext {
  readonly cell: Cell;
  #transaction: Transaction | undefined = undefined;
  #hasEnded = false;

  constructor(cell: Cell) {
    this.cell = cell;
  }

  get self(): AgentAddress | NodeAddress {
    return this.cell.address;
  }
  get node(): NodeAddress {
    return this.cell.surroundings.node;
  }
  get settings(): JsonObject {
    return this.cell.settings;
  }
  get log(): Log {
    return this.cell.log;
  }
  get clock(): Clock {
    return this.cell.surroundings.clock;
  }
  get lifetime(): AbortSignal {
    return this.cell.lifetime;
  }
  get models(): readonly ModelRuntime[] {
    return this.cell.surroundings.models;
  }
  get state(): AgentState {
    return this.transaction();
  }
  get timers(): Timers {
    return this.transaction().timers;
  }

  /** What was written so far, if anything was. */
  get written(): Transaction | undefined {
    return this.#transaction;
  }

  transaction(): Transaction {
    if (this.#transaction === undefined) {
      this.#transaction = new Transaction(this.self.text, this.cell.kept());
      if (this.#hasEnded) this.#transaction.close();
    }
    return this.#transaction;
  }

  /** Nothing is written from here on, not by callbacks that outlive the handler either. */
  end(): void {
    this.#hasEnded = true;
    this.#transaction?.close();
  }

  openIndex(name: string): Promise<TextIndex> {
    return this.cell.surroundings.indexes.open(`${this.self.text}/${name}`);
  }

  capabilities(): readonly Capability[] {
    return this.cell.surroundings.capabilities(this.self.text);
  }

  newId(): string {
    return this.cell.surroundings.ids.next();
  }

  call(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): Promise<JsonValue> {
    const named = this.named(to, intent, payload, options);
    return askForPayload(this.router, this.self, to, intent, payload, named, this.cause);
  }

  request(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): Promise<Message> {
    return ask(
      this.router,
      this.self,
      to,
      intent,
      payload,
      this.named(to, intent, payload, options),
      this.cause,
    );
  }

  stream(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): AsyncGenerator<JsonValue, Message, void> {
    return askForParts(this.router, this.self, to, intent, payload, options, this.cause);
  }

  deliver(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: DeliverOptions,
  ): Promise<Ack> {
    const named = this.named(to, intent, payload, options);
    return deliver(this.router, this.self, to, intent, payload, named, this.cause);
  }

  send(to: Target | string, intent: string, payload: JsonValue = NOTHING, options?: SendOptions): void {
    const { router } = this;
    const named = this.named(to, intent, payload, options);
    const exchange = router.admitEvent(this.self, to, intent, payload, named, this.cause);
    if (!router.leavesDurably(exchange)) return router.dispatch(exchange);
    this.transaction().send(asDurable(exchange.message));
    router.posted(exchange);
  }

  publish(
    topic: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: SendOptions,
  ): number {
    return this.router.publish(
      this.router.admitEvent(this.self, topic, intent, payload, options, this.cause),
    );
  }

  /** Options under which a message is sent again by the same name when its handler runs again. */
  protected named<T extends SendOptions>(
    _to: Target | string,
    _intent: string,
    _payload: JsonValue,
    options: T | undefined,
  ): T | undefined {
    return options;
  }

  protected get router(): Router {
    return this.cell.surroundings.router;
  }

  /** What is handled here. */
  protected get cause(): Exchange | undefined {
    return undefined;
  }
}

export class Handling extends Work implements MessageHandling {
  readonly exchange: Exchange;
  #controller: AbortController | undefined = undefined;
  #note: JsonObject | undefined = undefined;
  #steps: Steps | undefined = undefined;
  #sent: Map<string, number> | undefined = undefined;

  constructor(cell: Cell, exchange: Exchange) {
    super(cell);
    this.exchange = exchange;
  }

  get message(): Message {
    return this.exchange.message;
  }

  get reach(): Reach {
    return this.message.context.reach ?? this.cell.surroundings.reach;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.exchange.settled)
        this.#controller.abort(new KaiError('CANCELLED', 'nobody waits for this any more'));
    }
    return this.#controller.signal;
  }

  /** What the handler added to the reply's route. */
  get note(): JsonObject | undefined {
    return this.#note;
  }

  /** Steps that were taken or are known from before a crash. */
  get steps(): Steps | undefined {
    return this.#steps ?? (this.exchange.isRedelivered ? this.#openSteps() : undefined);
  }

  step<T extends JsonValue>(name: string, run: () => T | Promise<T>): Promise<T> {
    if (this.#isDurable) return this.#openSteps().take(name, run);
    const text = `step "${name}" needs a durable message; declare the intent with effect: 'write'`;
    return Promise.reject(new KaiError('CONFLICT', text, { at: this.self.text }));
  }

  async sleep(name: string, ms: number): Promise<void> {
    const until = await this.step(name, () => this.clock.now() + ms);
    await pause(this.clock, until - this.clock.now(), this.signal);
  }

  route(note: JsonObject): void {
    this.#note = { ...this.#note, ...note };
  }

  interrupt(reason: KaiError): void {
    this.#controller?.abort(reason);
  }

  protected override get cause(): Exchange {
    return this.exchange;
  }

  /** What a durable handler sends has an id that follows from its message, so that it is known again. */
  protected override named<T extends SendOptions>(
    to: Target | string,
    intent: string,
    payload: JsonValue,
    options: T | undefined,
  ): T | undefined {
    if (!this.#isDurable || options?.id !== undefined) return options;
    const receiver = typeof to === 'string' ? to : to.text;
    const content = `${receiver} ${intent} ${JSON.stringify(payload)}`;
    this.#sent ??= new Map();
    const nth = this.#sent.get(content) ?? 0;
    this.#sent.set(content, nth + 1);
    return { ...options, id: derivedId(this.message.id, content, nth) } as T;
  }

  get #isDurable(): boolean {
    return this.exchange.isDurable;
  }

  #openSteps(): Steps {
    const { store } = this.cell.surroundings;
    this.#steps ??= new Steps(this.self.text, this.message.id, store, this.cell.takeSteps(this.message.id));
    return this.#steps;
  }
}

/** A message that leaves through the outbox is durable on its whole way. */
function asDurable(message: Message): Message {
  return message.context.delivery === 'durable'
    ? message
    : { ...message, context: { ...message.context, delivery: 'durable' } };
}

/** Resolves after `ms`; rejects with the signal's reason when that aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.after(Math.max(0, ms), () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * The context of a message that was sent while `cause` was handled. `traced`: whether anybody follows traces;
 * `unlabelled`: the label of messages that carry none.
 */
export function contextWithin(
  cause: Message,
  own: MessageContext | undefined,
  traced: boolean,
  unlabelled: Reach,
): MessageContext | undefined {
  const { reach, traceparent } = cause.context;
  if (reach === undefined && own?.reach === undefined && !traced && traceparent === undefined) return own;
  const label = own?.reach === undefined ? reach : narrower(reach ?? unlabelled, own.reach);
  return {
    ...own,
    ...(label === undefined ? {} : { reach: label }),
    traceparent: own?.traceparent ?? childTraceparent(cause.id, traceparent),
  };
}
