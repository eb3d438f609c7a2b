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
import type { Clock, Log, ModelRuntime, TextIndex } from '../ports/index.ts';
import { ask, askForParts, payloadOf } from '../router/ask.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Router } from '../router/router.ts';
import type { Cell } from './cell.ts';
import type {
  AgentContext,
  AgentState,
  CallOptions,
  Capability,
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
    return this.request(to, intent, payload, options).then(payloadOf);
  }

  request(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): Promise<Message> {
    return ask(this.router, this.self, to, intent, payload, options, this.cause);
  }

  stream(
    to: Target | string,
    intent: string,
    payload: JsonValue = NOTHING,
    options?: CallOptions,
  ): AsyncGenerator<JsonValue, Message, void> {
    return askForParts(this.router, this.self, to, intent, payload, options, this.cause);
  }

  send(to: Target | string, intent: string, payload: JsonValue = NOTHING, options?: SendOptions): void {
    this.router.dispatch(this.router.admitEvent(this.self, to, intent, payload, options, this.cause));
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

  protected get router(): Router {
    return this.cell.surroundings.router;
  }

  /** The message on whose behalf this works. */
  protected get cause(): Message | undefined {
    return undefined;
  }
}

export class Handling extends Work implements MessageHandling {
  readonly exchange: Exchange;
  #controller: AbortController | undefined = undefined;
  #note: JsonObject | undefined = undefined;

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

  route(note: JsonObject): void {
    this.#note = { ...this.#note, ...note };
  }

  interrupt(reason: KaiError): void {
    this.#controller?.abort(reason);
  }

  protected override get cause(): Message {
    return this.exchange.message;
  }
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
