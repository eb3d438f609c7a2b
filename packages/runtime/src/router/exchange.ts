/**
 * An exchange: one message on its way through this node, with whoever waits for its answer.
 *
 * It settles once, by a reply or by an error; what comes later is ignored. An event has nobody waiting: its failure
 * goes to the dead letters.
 */

import { type JsonObject, type JsonValue, KaiError, type Message } from '@kai/protocol';
import type { CompiledIntent } from '../agents/compiled.ts';
import type { Endpoint } from '../registrar/endpoint.ts';

/** Who gets the parts of a streamed answer. */
export interface ChunkSink {
  /** False when the reader is behind: then wait for {@link drained} before the next one. */
  push(chunk: JsonValue): boolean;
  drained(): Promise<void>;
}

/** What a settled exchange tells the router: for counting, tracing and dead letters. */
export interface ExchangeEnd {
  /** Whether anybody but the one who asks looks at replies: a trace, the journal. */
  readonly looksAtReplies: boolean;
  /** It was answered, and nobody looks at the reply. */
  fulfilled(exchange: Exchange): void;
  replied(exchange: Exchange, reply: Message): void;
  failed(exchange: Exchange, error: KaiError): void;
}

export interface Interruptible {
  interrupt(reason: KaiError): void;
}

/** What is true of an exchange, one bit each: ten fields less in an object that every message makes. */
const Flag = {
  settled: 1,
  isTaken: 2,
  partsSent: 4,
  mayRepeat: 8,
  isRepeatable: 16,
  isRedelivered: 32,
  isKept: 64,
  isCompleted: 128,
  isPostponed: 256,
  fromOutbox: 512,
  wantsPayload: 1024,
  isFulfilled: 2048,
} as const;

export class Exchange {
  readonly message: Message;
  /** The name of the rule that decided where it goes. */
  rule = '';
  /** Monotonic milliseconds at admission; 0 when nobody measures. */
  readonly admittedAt: number;
  /** Set by the receiving cell once it knows the intent. */
  intent: CompiledIntent | undefined = undefined;
  sink: ChunkSink | undefined = undefined;
  /** Who works on it, to be told when it settles from outside: cancelled or expired. */
  working: Interruptible | undefined = undefined;
  /** Those that can take it if the first cannot. */
  alternatives: Endpoint[] | undefined = undefined;
  /** Receivers that could not take it, and why. */
  tried: JsonObject[] | undefined = undefined;
  /** The agent that took it, as text. */
  taker = '';
  /** Called when the receiver has taken it, and when it is on disk. */
  onAck: ((level: 'received' | 'durable') => void) | undefined = undefined;
  /** The timer that fired it; removed together with the handler's effects. */
  timer: string | undefined = undefined;
  /** Monotonic milliseconds at which it expires, and links of the deadline list that it waits in. */
  deadline = 0;
  list: object | undefined = undefined;
  previous: Exchange | undefined = undefined;
  next: Exchange | undefined = undefined;
  #flags = 0;
  readonly #end: ExchangeEnd;
  #resolve: ((settled: Message | JsonValue) => void) | undefined = undefined;
  #reject: ((error: KaiError) => void) | undefined = undefined;
  /** How it settled, for whoever asks afterwards. */
  #outcome: Message | JsonValue | KaiError | undefined = undefined;

  constructor(message: Message, admittedAt: number, end: ExchangeEnd) {
    this.message = message;
    this.admittedAt = admittedAt;
    this.#end = end;
  }

  get settled(): boolean {
    return (this.#flags & Flag.settled) !== 0;
  }
  set settled(is: boolean) {
    this.#set(Flag.settled, is);
  }

  /** Whether a receiver has taken it; one that fails before that was refused. */
  get isTaken(): boolean {
    return (this.#flags & Flag.isTaken) !== 0;
  }
  set isTaken(is: boolean) {
    this.#set(Flag.isTaken, is);
  }

  /** Whether parts of an answer are on their way: then nobody else can answer it any more. */
  get partsSent(): boolean {
    return (this.#flags & Flag.partsSent) !== 0;
  }
  set partsSent(is: boolean) {
    this.#set(Flag.partsSent, is);
  }

  /** It may come twice: its sender gave the id, or it was kept from before a crash. */
  get mayRepeat(): boolean {
    return (this.#flags & Flag.mayRepeat) !== 0;
  }
  set mayRepeat(is: boolean) {
    this.#set(Flag.mayRepeat, is);
  }

  /** Its sender would send it again under the same id: how it was answered must be recorded. */
  get isRepeatable(): boolean {
    return (this.#flags & Flag.isRepeatable) !== 0;
  }
  set isRepeatable(is: boolean) {
    this.#set(Flag.isRepeatable, is);
  }

  /** It was kept from before a crash: nobody waits for its answer. */
  get isRedelivered(): boolean {
    return (this.#flags & Flag.isRedelivered) !== 0;
  }
  set isRedelivered(is: boolean) {
    this.#set(Flag.isRedelivered, is);
  }

  /** It stands in its receiver's inbox on disk, or is on its way there. */
  get isKept(): boolean {
    return (this.#flags & Flag.isKept) !== 0;
  }
  set isKept(is: boolean) {
    this.#set(Flag.isKept, is);
  }

  /** Its handler has ended well, and what it changed is on its way to the disk. */
  get isCompleted(): boolean {
    return (this.#flags & Flag.isCompleted) !== 0;
  }
  set isCompleted(is: boolean) {
    this.#set(Flag.isCompleted, is);
  }

  /** It stays in the inbox although it fails now: the node stops, and handles it at its next start. */
  get isPostponed(): boolean {
    return (this.#flags & Flag.isPostponed) !== 0;
  }
  set isPostponed(is: boolean) {
    this.#set(Flag.isPostponed, is);
  }

  /** It was sent durably and stands in the sender's outbox until its receiver has it. */
  get fromOutbox(): boolean {
    return (this.#flags & Flag.fromOutbox) !== 0;
  }
  set fromOutbox(is: boolean) {
    this.#set(Flag.fromOutbox, is);
  }

  /** Who asks wants the payload alone: the message around it is made only if somebody looks at it. Set before it is sent. */
  get wantsPayload(): boolean {
    return (this.#flags & Flag.wantsPayload) !== 0;
  }
  set wantsPayload(is: boolean) {
    this.#set(Flag.wantsPayload, is);
  }

  /** Whether what it causes must be on disk before its sender hears of it. */
  get isDurable(): boolean {
    const { delivery } = this.message.context;
    return delivery === undefined ? this.intent?.writes === true : delivery === 'durable';
  }

  /** The reply, or the reply to come. */
  answer(): Promise<Message> {
    const outcome = this.#outcome;
    if (outcome !== undefined)
      return outcome instanceof KaiError ? Promise.reject(outcome) : Promise.resolve(outcome as Message);
    return new Promise((resolve, reject) => this.whenSettled(resolve, reject));
  }

  /** The payload of the reply, or of the reply to come, of an exchange that {@link wantsPayload}. */
  payload(): Promise<JsonValue> {
    const outcome = this.#outcome;
    if (!this.settled) {
      return new Promise((resolve, reject) => {
        this.#resolve = resolve as (settled: Message | JsonValue) => void;
        this.#reject = reject;
      });
    }
    if (outcome instanceof KaiError) return Promise.reject(outcome);
    const isPayload = (this.#flags & Flag.isFulfilled) !== 0;
    return Promise.resolve(isPayload ? (outcome as JsonValue) : (outcome as Message).payload);
  }

  /** As {@link answer}, through calls. Call before it settles. */
  whenSettled(resolve: (reply: Message) => void, reject: (error: KaiError) => void): void {
    this.#resolve = resolve as (settled: Message | JsonValue) => void;
    this.#reject = reject;
  }

  reply(reply: Message): void {
    if (this.settled) return;
    this.settled = true;
    this.#outcome = reply;
    this.#end.replied(this, reply);
    this.#resolve?.(this.wantsPayload ? reply.payload : reply);
  }

  /** Settles with a payload when that is all that anybody looks at; says whether it was so. */
  fulfil(payload: JsonValue): boolean {
    if (!this.wantsPayload || this.settled || this.mayRepeat || this.#end.looksAtReplies) return false;
    this.#flags |= Flag.settled | Flag.isFulfilled;
    this.#outcome = payload;
    this.#end.fulfilled(this);
    this.#resolve?.(payload);
    return true;
  }

  /**
   * Fails it for now: if it stands in its receiver's inbox, and nobody waits for its answer, it stays there and is handled
   * at the next start.
   */
  postpone(error: KaiError): void {
    if (this.settled) return;
    // One who is told of a failure may send it anew: then it must not be handled later as well.
    this.isPostponed = this.isKept && (this.isRedelivered || this.message.kind === 'event');
    if (this.isPostponed) this.alternatives = undefined;
    this.fail(error);
  }

  /** Settles with an error; or, when the receiver could not take it and another can, goes on to that one. */
  fail(error: KaiError): void {
    if (this.settled || this.#goOn(error)) return;
    this.settled = true;
    this.#outcome = error;
    this.#end.failed(this, error);
    this.#reject?.(error);
  }

  /** Fails it from outside and tells the handler that works on it. */
  abandon(error: KaiError): void {
    if (this.settled) return;
    this.alternatives = undefined;
    const { working } = this;
    this.fail(error);
    working?.interrupt(error);
  }

  #set(flag: number, is: boolean): void {
    this.#flags = is ? this.#flags | flag : this.#flags & ~flag;
  }

  #goOn(error: KaiError): boolean {
    if (this.partsSent || !isUntaken(error)) return false;
    const next = this.alternatives?.shift();
    if (next === undefined) return false;
    // What the first one made of it means nothing to the next.
    this.intent = undefined;
    this.working = undefined;
    this.tried = [...(this.tried ?? []), { at: error.at, code: error.code }];
    next.take(this);
    return true;
  }
}

/** Whether the receiver did nothing with the message, so that another may be asked. */
function isUntaken(error: KaiError): boolean {
  switch (error.code) {
    case 'NO_ROUTE':
    case 'UNREACHABLE':
    case 'UNAVAILABLE':
    case 'OVERLOADED':
    case 'AGENT_MOVED':
      return true;
    default:
      return false;
  }
}
