/**
 * A cell: one agent at work. It takes messages, keeps what must wait, runs handlers, commits what they changed, and
 * answers.
 *
 *     asleep ──first message──▶ waking ──state read, start() done──▶ awake ──leave()──▶ leaving ──▶ gone
 *                                 └──────start() failed──────▶ failed
 *
 * An agent costs little until it is spoken to: what it keeps is read then. Nothing that its code does reaches
 * beyond the cell: a handler that throws fails its own message, one that never settles fills its own mailbox.
 */

import {
  type AgentAddress,
  describeMisfits,
  type Health,
  type JsonObject,
  type JsonValue,
  KaiError,
  type Message,
  type MessageContext,
  type NodeAddress,
  quoted,
  type RouteNote,
} from '@kai/protocol';
import { Mailbox } from '../mailbox/mailbox.ts';
import type { Log } from '../ports/index.ts';
import type { Endpoint } from '../registrar/endpoint.ts';
import type { Exchange } from '../router/exchange.ts';
import { answerPrimitive } from './answer-primitive.ts';
import type { CompiledAgent, CompiledIntent } from './compiled.ts';
import type { Capability } from './context.ts';
import type { Answer, Answered } from './definition.ts';
import { Handling, Work } from './handling.ts';
import type { Surroundings } from './surroundings.ts';
import type { Kept, Transaction } from './transaction.ts';

export type CellPhase = 'asleep' | 'waking' | 'awake' | 'failed' | 'leaving' | 'gone';

/** How long a handler may go on after its message expired before its place is given to the next one. */
const ABANDON_AFTER_MS = 5_000;
/** Handlers given up on; beyond it the agent is `dead` until it is started anew. */
const ABANDONED_MAX = 16;
/** How long running handlers have when an agent leaves. */
const LEAVE_MS = 5_000;

export interface LastError {
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

export class Cell implements Endpoint {
  readonly address: AgentAddress | NodeAddress;
  readonly compiled: CompiledAgent;
  readonly settings: JsonObject;
  readonly surroundings: Surroundings;
  readonly reach = 'device';
  handled = 0;
  failures = 0;
  lastError: LastError | undefined = undefined;
  #phase: CellPhase = 'asleep';
  #running = 0;
  #abandoned = 0;
  #mailbox: Mailbox<Exchange> | undefined = undefined;
  #kept: Kept | undefined = undefined;
  #lifetime: AbortController | undefined = undefined;
  #log: Log | undefined = undefined;
  #number = 0;
  #scheduled = false;
  #replyContext: MessageContext | undefined = undefined;
  #whenQuiet: (() => void) | undefined = undefined;

  constructor(
    address: AgentAddress | NodeAddress,
    compiled: CompiledAgent,
    settings: JsonObject,
    surroundings: Surroundings,
  ) {
    this.address = address;
    this.compiled = compiled;
    this.settings = settings;
    this.surroundings = surroundings;
  }

  get services(): readonly string[] {
    const { name, services = [] } = this.compiled.definition;
    return this.address.kind === 'node' ? services : [name, ...services];
  }

  get phase(): CellPhase {
    return this.#phase;
  }

  get queue(): number {
    return this.#mailbox?.size ?? 0;
  }

  get running(): number {
    return this.#running;
  }

  get load(): number {
    const { concurrency, mailboxMax } = this.compiled;
    return Math.min(1, (this.#running + this.queue) / (concurrency + mailboxMax));
  }

  get health(): Health {
    if (this.#phase === 'failed' || this.#abandoned >= ABANDONED_MAX) return 'dead';
    if (this.#phase === 'leaving' || this.#phase === 'gone') return 'left';
    if (this.#abandoned > 0) return 'suspect';
    return this.#running >= this.compiled.concurrency && this.queue > 0 ? 'busy' : 'alive';
  }

  get log(): Log {
    this.#log ??= this.surroundings.log.child(this.compiled.definition.name);
    return this.#log;
  }

  get lifetime(): AbortSignal {
    this.#lifetime ??= new AbortController();
    return this.#lifetime.signal;
  }

  capability(): Capability {
    const { definition, declarations } = this.compiled;
    return {
      address: this.address,
      summary: definition.summary,
      services: this.services,
      intents: declarations,
    };
  }

  replyContext(rule: string): MessageContext {
    if (this.#replyContext?.route?.rule !== rule) {
      const route: RouteNote = Object.freeze({ rule, served: this.address.text });
      this.#replyContext = Object.freeze({ route });
    }
    return this.#replyContext as MessageContext;
  }

  /** What the agent keeps. @throws KaiError `UNAVAILABLE` while it is not awake. */
  kept(): Kept {
    if (this.#kept === undefined) throw new KaiError('UNAVAILABLE', `${this.address.text} is not awake`);
    return this.#kept;
  }

  /** Wakes it without a message: for agents that do something of their own accord. */
  wake(): void {
    if (this.#phase === 'asleep') void this.#wake();
  }

  /** Checks a message and handles it now, or keeps it until there is room. */
  take(exchange: Exchange): void {
    const refusal = this.#refuse(exchange);
    if (refusal !== undefined) return exchange.fail(refusal);
    this.surroundings.router.accepted(exchange);
    if (this.#canRun() && this.surroundings.turn.enter()) this.#run(exchange);
    else this.#keep(exchange);
  }

  /** Hears an event of a topic. */
  hear(exchange: Exchange, topic: CompiledIntent): void {
    exchange.intent = topic;
    this.take(exchange);
  }

  /** Stops taking messages, lets running handlers finish for a while, and fails what still waits. */
  async leave(): Promise<void> {
    if (this.#phase === 'gone' || this.#phase === 'leaving') return;
    const wasAwake = this.#phase === 'awake';
    this.#phase = 'leaving';
    const gone = new KaiError('UNAVAILABLE', `${this.address.text} is leaving`, { at: this.address.text });
    for (let next = this.#mailbox?.take(); next !== undefined; next = this.#mailbox?.take()) next.fail(gone);
    if (this.#running > 0) await this.#quiet();
    if (wasAwake) await this.#stop();
    this.#lifetime?.abort(gone);
    this.surroundings.alarms.disarm(this.address.text);
    if (this.#number !== 0) this.surroundings.occupancy.forget(this.#number);
    this.#phase = 'gone';
  }

  #refuse(exchange: Exchange): KaiError | undefined {
    const at = this.address.text;
    if (this.health === 'dead')
      return new KaiError('UNAVAILABLE', `${at} has failed: ${this.#why()}`, { at });
    if (this.#phase === 'leaving' || this.#phase === 'gone')
      return new KaiError('UNAVAILABLE', `${at} is leaving`, { at });
    const { message } = exchange;
    exchange.intent ??= this.compiled.intents.get(message.intent) ?? answerPrimitive(message.intent, this);
    const { intent } = exchange;
    if (intent === undefined) return this.#unknownIntent(message.intent);
    const misfits = intent.validate?.(message.payload);
    if (misfits === undefined) return undefined;
    return new KaiError('INVALID_PAYLOAD', `${message.intent}: ${describeMisfits(misfits)}`, {
      at,
      details: { misfits: misfits.map(({ path, message: reason }) => ({ path, message: reason })) },
    });
  }

  #why(): string {
    return this.lastError?.message ?? 'too many of its handlers never ended';
  }

  #unknownIntent(intent: string): KaiError {
    const known = this.compiled.declarations.map(({ name }) => name).slice(0, 12);
    const offers = known.length === 0 ? 'nothing' : known.join(', ');
    return new KaiError(
      'NO_ROUTE',
      `${this.address.text} does not take ${quoted(intent)}; it takes ${offers}`,
      {
        at: this.address.text,
      },
    );
  }

  #canRun(): boolean {
    return this.#phase === 'awake' && this.#running < this.compiled.concurrency && this.queue === 0;
  }

  #keep(exchange: Exchange): void {
    this.#mailbox ??= new Mailbox(this.compiled.mailboxMax);
    const offered = this.#mailbox.offer(exchange);
    if (offered.kind === 'refused') exchange.fail(this.#overloaded());
    else if (offered.kind === 'evicted') offered.evicted.fail(this.#overloaded());
    if (this.#phase === 'asleep') void this.#wake();
    else this.#schedule();
  }

  #overloaded(): KaiError {
    const { text } = this.address;
    return new KaiError('OVERLOADED', `${text} has ${this.compiled.mailboxMax} messages waiting`, {
      at: text,
    });
  }

  /** Serves the mailbox in a later turn; a handler that ends serves it at once. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= this.compiled.concurrency) return;
    this.#scheduled = true;
    this.surroundings.turn.later(() => {
      this.#scheduled = false;
      this.#serve();
    });
  }

  #serve(): void {
    const { turn } = this.surroundings;
    while (this.#phase === 'awake' && this.#running < this.compiled.concurrency && this.queue > 0) {
      if (!turn.enter()) return this.#schedule();
      const next = this.#mailbox?.take();
      if (next === undefined) return turn.leave();
      this.#run(next);
    }
    if (this.#running === 0) this.#whenQuiet?.();
  }

  /** The turn has been entered; this leaves it. */
  #run(exchange: Exchange): void {
    const intent = exchange.intent as CompiledIntent;
    const handling = new Handling(this, exchange);
    this.#running += 1;
    let answer: Answer;
    try {
      answer = this.#holding(() => intent.handler(exchange.message.payload, handling));
    } catch (error) {
      this.#fail(handling, error);
      return;
    } finally {
      this.surroundings.turn.leave();
    }
    if (!isPending(answer)) this.#complete(handling, answer);
    else this.#await(handling, answer);
  }

  /** Runs a synchronous stretch of the agent's code, with the thread in its name. */
  #holding<T>(run: () => T): T {
    const { occupancy, router } = this.surroundings;
    if (this.#number === 0) this.#number = occupancy.admit(this.address.text);
    const before = router.holder;
    router.holder = this.#number;
    occupancy.hold(this.#number);
    try {
      return run();
    } finally {
      router.holder = before;
      occupancy.hold(before);
    }
  }

  #await(
    handling: Handling,
    answer: Promise<Answered> | AsyncGenerator<JsonValue, Answered>,
  ): void {
    const { exchange } = handling;
    let isOver = false;
    const settled = 'then' in answer ? answer : this.#streamed(handling, answer);
    exchange.interrupt = (reason) => {
      handling.interrupt(reason);
      this.surroundings.clock.after(ABANDON_AFTER_MS, () => {
        if (isOver) return;
        isOver = true;
        this.#abandon(handling);
      });
    };
    settled.then(
      (value) => {
        if (isOver) return this.#returned();
        isOver = true;
        this.#complete(handling, value);
      },
      (error: unknown) => {
        if (isOver) return this.#returned();
        isOver = true;
        this.#fail(handling, error);
      },
    );
  }

  /** Passes an answer's parts on as fast as they are read; gives its end. */
  async #streamed(
    handling: Handling,
    parts: AsyncGenerator<JsonValue, Answered>,
  ): Promise<Answered> {
    const { exchange } = handling;
    for (;;) {
      const next = await parts.next();
      if (next.done) return next.value;
      if (exchange.settled) {
        await parts.return(undefined);
        return undefined;
      }
      if (exchange.sink?.push(next.value) === false) await exchange.sink.drained();
    }
  }

  #complete(handling: Handling, value: Answered): void {
    const transaction = handling.written;
    transaction?.close();
    const { exchange } = handling;
    if (exchange.timer !== undefined) handling.transaction().consume(exchange.timer);
    const reply = this.#replyTo(handling, value ?? null);
    const isDurable = this.surroundings.router.isDurable(exchange);
    if (!isDurable && handling.written?.isEmpty !== false) this.#answer(handling, reply);
    else void this.#commit(handling, reply, isDurable);
  }

  async #commit(handling: Handling, reply: Message, isDurable: boolean): Promise<void> {
    const { router, store, alarms } = this.surroundings;
    const transaction = handling.written;
    const timers = transaction?.timerWrites ?? [];
    try {
      await store.commit({
        state: transaction?.stateWrites ?? [],
        timers,
        journal: isDurable ? [router.journaled(handling.exchange, reply)] : [],
      });
      transaction?.apply();
      alarms.changed(timers);
    } catch (error) {
      return this.#fail(handling, error);
    }
    this.#answer(handling, reply);
  }

  #answer({ exchange }: Handling, reply: Message): void {
    this.handled += 1;
    exchange.reply(reply);
    this.#done();
  }

  #replyTo({ exchange, note }: Handling, payload: JsonValue): Message {
    const { message, rule, tried } = exchange;
    let context = this.replyContext(rule);
    if (note !== undefined || tried !== undefined) {
      const route: RouteNote = { rule, served: this.address.text, ...(tried && { tried }), ...note };
      context = { route };
    }
    const { ids } = this.surroundings;
    return {
      id: ids.next(),
      kind: 'reply',
      from: this.address,
      to: message.from,
      intent: message.intent,
      payload,
      context,
      priority: message.priority,
      auth: undefined,
      re: message.id,
      expires: message.expires,
      hops: message.hops,
    };
  }

  #fail(handling: Handling, thrown: unknown): void {
    const { exchange } = handling;
    handling.written?.close();
    const error = this.#errorFrom(thrown, exchange.message);
    this.failures += 1;
    this.lastError = { at: this.surroundings.clock.now(), code: error.code, message: error.message };
    if (error.code === 'AGENT_FAILED' || error.code === 'INTERNAL') {
      this.log.error(
        { intent: exchange.message.intent, id: exchange.message.id, error: stackOf(thrown) },
        'a handler failed',
      );
    }
    exchange.fail(error);
    this.#done();
  }

  #errorFrom(thrown: unknown, message: Message): KaiError {
    const at = this.address.text;
    if (thrown instanceof KaiError) {
      if (thrown.at !== '') return thrown;
      return new KaiError(thrown.code, thrown.message, {
        at,
        retryable: thrown.retryable,
        cause: thrown,
        ...(thrown.details && { details: thrown.details }),
      });
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new KaiError('AGENT_FAILED', `${at} failed at ${message.intent}: ${reason}`, {
      at,
      cause: thrown,
    });
  }

  #done(): void {
    this.#running -= 1;
    if (this.queue > 0) this.#serve();
    else if (this.#running === 0) this.#whenQuiet?.();
  }

  /** A handler goes on long after nobody waits for it: its place goes to the next, its writes nowhere. */
  #abandon(handling: Handling): void {
    handling.written?.close();
    this.#abandoned += 1;
    const { intent, id } = handling.message;
    this.log.warn(
      { intent, id, abandoned: this.#abandoned },
      'a handler does not end; its place is given to the next',
    );
    this.#done();
  }

  /** An abandoned handler ended after all. */
  #returned(): void {
    this.#abandoned -= 1;
  }

  async #wake(): Promise<void> {
    this.#phase = 'waking';
    const { store, alarms } = this.surroundings;
    const { text } = this.address;
    try {
      this.#kept = { state: await store.loadState(text), timers: alarms.of(text) };
      const { start } = this.compiled.definition;
      if (start !== undefined) await this.#work(start);
    } catch (error) {
      return this.#failToWake(error);
    }
    // It may have been told to leave while it woke.
    if (this.#phase !== 'waking') return;
    this.#phase = 'awake';
    this.#serve();
  }

  #failToWake(error: unknown): void {
    this.#phase = 'failed';
    const reason = error instanceof Error ? error.message : String(error);
    this.lastError = { at: this.surroundings.clock.now(), code: 'AGENT_FAILED', message: reason };
    this.log.error({ error: stackOf(error) }, `${this.address.text} could not start: ${reason}`);
    const failed = new KaiError('UNAVAILABLE', `${this.address.text} could not start: ${reason}`, {
      at: this.address.text,
    });
    for (let next = this.#mailbox?.take(); next !== undefined; next = this.#mailbox?.take())
      next.fail(failed);
  }

  /** Runs `start` or `stop` and commits what it wrote. */
  async #work(run: (work: Work) => void | Promise<void>): Promise<void> {
    const work = new Work(this);
    await this.#holding(() => run(work));
    const written: Transaction | undefined = work.written;
    if (written === undefined || written.isEmpty) return written?.close();
    written.close();
    const timers = written.timerWrites;
    await this.surroundings.store.commit({ state: written.stateWrites, timers });
    written.apply();
    this.surroundings.alarms.changed(timers);
  }

  async #stop(): Promise<void> {
    const { stop } = this.compiled.definition;
    if (stop === undefined) return;
    try {
      await this.#work(stop);
    } catch (error) {
      this.log.error({ error: stackOf(error) }, 'stop failed');
    }
  }

  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.surroundings.clock.after(LEAVE_MS, resolve);
      this.#whenQuiet = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

function isPending(
  answer: Answer,
): answer is Promise<Answered> | AsyncGenerator<JsonValue, Answered> {
  if (typeof answer !== 'object' || answer === null) return false;
  return typeof (answer as { then?: unknown }).then === 'function' || Symbol.asyncIterator in answer;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
