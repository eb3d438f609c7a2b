/**
 * A cell: one agent at work. It takes messages, keeps what must wait, and has them handled, as many at a time as
 * its definition allows.
 *
 * Nothing that an agent's code does reaches beyond its cell: a handler that throws fails its own message, one that
 * never ends is abandoned, and a flood fills its own mailbox and no more than its share of a turn.
 */

import type {
  AgentAddress,
  Health,
  JsonObject,
  KaiError,
  Message,
  MessageContext,
  NodeAddress,
  RouteNote,
} from '@kai/protocol';
import { AgentCommits } from '../delivery/agent-commits.ts';
import { Mailbox } from '../mailbox/mailbox.ts';
import type { AgentRecords, Log, StepRecord } from '../ports/index.ts';
import type { Endpoint } from '../registrar/endpoint.ts';
import { expire, isOverdue } from '../router/deadlines.ts';
import type { Exchange } from '../router/exchange.ts';
import { answerPrimitive } from './answer-primitive.ts';
import type { CompiledAgent, CompiledIntent } from './compiled.ts';
import type { Capability } from './context.ts';
import { refusalFrom } from './failure.ts';
import { answerAgain } from './finish-handling.ts';
import { handleMessage } from './handle-message.ts';
import { CellLife, type CellPhase } from './life.ts';
import type { PendingAnswer } from './pending-answer.ts';
import { invalidPayload, overloaded, unavailable, unknownIntent } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import type { Kept } from './transaction.ts';

/** Handlers given up on before the agent is started anew. */
const ABANDONED_MAX = 16;
/** Messages served from the mailbox before other agents have their turn. */
const MESSAGES_IN_A_ROW = 64;

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
  readonly #life: CellLife;
  #running = 0;
  #abandoned = 0;
  #mailbox: Mailbox<Exchange> | undefined = undefined;
  #pending: Set<PendingAnswer> | undefined = undefined;
  /** Durable messages that came before the inbox was read: they stand in it, and are not from before a crash. */
  #early: Set<string> | undefined = undefined;
  /** Messages from before a crash: they go first. */
  #again: Exchange[] | undefined = undefined;
  #steps: Map<string, StepRecord[]> | undefined = undefined;
  #commits: AgentCommits | undefined = undefined;
  #log: Log | undefined = undefined;
  #number = 0;
  #isScheduled = false;
  #isServing = false;
  #replyContext: MessageContext | undefined = undefined;
  #whenQuiet: (() => void) | undefined = undefined;
  /** Snapshots and rollbacks among what runs: they wait for the others to end. */
  #controls = 0;
  #whenStill: (() => void) | undefined = undefined;

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
    this.#life = new CellLife(this);
  }

  get services(): readonly string[] {
    const { name, services = [] } = this.compiled.definition;
    return this.address.kind === 'node' ? services : [name, ...services];
  }

  get phase(): CellPhase {
    return this.#life.phase;
  }

  get queue(): number {
    return (this.#again?.length ?? 0) + (this.#mailbox?.size ?? 0);
  }

  get running(): number {
    return this.#running;
  }

  get load(): number {
    const { concurrency, mailboxMax } = this.compiled;
    return Math.min(1, (this.#running + this.queue) / (concurrency + mailboxMax));
  }

  get health(): Health {
    const { phase } = this.#life;
    if (this.#life.isDead) return 'dead';
    if (phase === 'restarting') return 'suspect';
    if (phase === 'leaving' || phase === 'gone') return 'left';
    if (this.#abandoned > 0) return 'suspect';
    return this.#running >= this.compiled.concurrency && this.queue > 0 ? 'busy' : 'alive';
  }

  get log(): Log {
    this.#log ??= this.surroundings.log.child(this.compiled.definition.name);
    return this.#log;
  }

  get lifetime(): AbortSignal {
    return this.#life.signal;
  }

  /** Answers that are awaited. */
  get pending(): Set<PendingAnswer> {
    this.#pending ??= new Set();
    return this.#pending;
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

  writes(intent: string): boolean {
    return this.compiled.intents.get(intent)?.writes === true;
  }

  /** What it changes, on its way to the disk. */
  get commits(): AgentCommits {
    this.#commits ??= new AgentCommits(this.surroundings.store);
    return this.#commits;
  }

  /** Whether anything it changed is on its way to the disk. */
  get isCommitting(): boolean {
    return this.#commits !== undefined && !this.#commits.isIdle;
  }

  /** What the agent keeps. @throws KaiError `UNAVAILABLE` while it is not awake. */
  kept(): Kept {
    return this.#life.kept();
  }

  /** Wakes it without a message: for agents that do something of their own accord. */
  wake(): void {
    this.#life.wake();
  }

  /** Checks a message and handles it now, or keeps it until there is room. */
  take(exchange: Exchange): void {
    const refusal = this.#refuse(exchange);
    if (refusal !== undefined) return exchange.fail(refusal);
    const { router } = this.surroundings;
    exchange.taker = this.address.text;
    router.accounts.accepted(exchange);
    if (exchange.mayRepeat && exchange.isDurable) void this.#takeOnce(exchange);
    else this.#admit(exchange);
  }

  /** Takes a message that was in the inbox before a crash. */
  takeAgain(exchange: Exchange): void {
    exchange.taker = this.address.text;
    exchange.isKept = true;
    if (!this.surroundings.delivery.resumes(exchange, () => this.takeAgain(exchange))) return;
    const refusal = this.#refuse(exchange);
    if (refusal !== undefined) return exchange.fail(refusal);
    const { expires } = exchange.message;
    if (expires !== 0 && expires <= this.surroundings.clock.now()) return expire(exchange);
    this.#again ??= [];
    this.#again.push(exchange);
    this.#schedule();
  }

  /** Reads what was under way before a crash. */
  recall({ inbox, steps }: AgentRecords): void {
    this.#steps = undefined;
    for (const step of steps) {
      this.#steps ??= new Map();
      this.#steps.set(step.message, [...(this.#steps.get(step.message) ?? []), step]);
    }
    const { router } = this.surroundings;
    const here = this.#here();
    const before = inbox.filter(({ from, id }) => !here.has(`${from} ${id}`));
    for (const record of before) this.takeAgain(router.reopen(record));
  }

  /** It has started: from here on what it takes is no longer read from the inbox. */
  awoke(): void {
    this.#abandoned = 0;
    this.resumed();
  }

  /** It goes on with what waits. */
  resumed(): void {
    this.#early = undefined;
    this.serve();
  }

  /** Wakes it if it sleeps; resolves once it is awake, or has failed to wake. */
  ready(): Promise<void> {
    return this.#life.ready();
  }

  /** Begins no message until {@link goOn}: what arrives waits. */
  holdBack(): void {
    this.#life.holdBack();
  }

  goOn(): void {
    this.#life.goOn();
  }

  /** Stops the agent, has what it keeps on disk changed, and starts it with that. Hold it back and be {@link still} first. */
  renew(change: () => Promise<void>): Promise<void> {
    return this.#life.renew(change);
  }

  /** A snapshot or a rollback begins (1) or ends (-1): no other one waits for it to end. */
  countControl(change: 1 | -1): void {
    this.#controls += change;
    if (this.#running <= this.#controls) this.#whenStill?.();
  }

  /** Resolves when only snapshots and rollbacks run, and what the others changed is on disk, or refused. */
  async still(): Promise<void> {
    if (this.#running > this.#controls) {
      await new Promise<void>((resolve) => {
        this.#whenStill = resolve;
      });
    }
    await this.#commits?.idle();
  }

  /** Fails events of timers that wait: the timers are others now. */
  dropTimers(reason: KaiError): void {
    for (const exchange of this.#mailbox ?? []) {
      if (exchange.timer !== undefined) exchange.fail(reason);
    }
  }

  /** Steps of a message that were finished before a crash; they are handed out once. */
  takeSteps(message: string): readonly StepRecord[] {
    const steps = this.#steps?.get(message) ?? [];
    this.#steps?.delete(message);
    return steps;
  }

  /** Hears an event of a topic. */
  hear(exchange: Exchange, topic: CompiledIntent): void {
    exchange.intent = topic;
    this.take(exchange);
  }

  /** Stops taking messages, lets running handlers finish for a while, and fails the rest. Never rejects. */
  leave(): Promise<void> {
    return this.#life.leave();
  }

  /** Serves the mailbox, as far as there is room and the turn allows. */
  serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    for (let served = 0; this.#hasWork(); served += 1) {
      if (served >= MESSAGES_IN_A_ROW || !this.surroundings.turn.enter()) {
        this.#schedule();
        break;
      }
      this.#serveNext();
    }
    this.#isServing = false;
  }

  /** A handling has ended: its place goes to the next message. */
  ended(): void {
    this.#running -= 1;
    if (this.queue > 0) this.serve();
    if (this.#running === 0) this.#whenQuiet?.();
    if (this.#running <= this.#controls) this.#whenStill?.();
  }

  /** A handler goes on long after nobody waits for it. */
  abandoned({ intent, id }: Message): void {
    this.#abandoned += 1;
    if (this.#abandoned >= ABANDONED_MAX)
      void this.#life.fail(`${this.#abandoned} of its handlers never ended`);
    const fields = { intent, id, abandoned: this.#abandoned };
    this.log.warn(fields, 'a handler does not end; its place is given to the next');
    this.ended();
  }

  /** An abandoned handler ended after all; of one from before a restart nobody keeps count. */
  returned(): void {
    this.#abandoned = Math.max(0, this.#abandoned - 1);
  }

  /** Fails everything that waits; what stands in the inbox on disk waits there for the next start. */
  dropWaiting(reason: KaiError): void {
    // What stays in the inbox is read from there when it starts again.
    this.#early = undefined;
    for (const exchange of this.#again?.splice(0) ?? []) exchange.postpone(reason);
    for (let next = this.#mailbox?.take(); next !== undefined; next = this.#mailbox?.take())
      next.postpone(reason);
  }

  /** Gives up on every answer that is awaited. */
  abandonRunning(reason: KaiError): void {
    for (const pending of [...(this.#pending ?? [])]) pending.abandon(reason);
  }

  /** Resolves when no handler runs and what they changed is on disk, or refused. */
  async quiet(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#whenQuiet = resolve;
      });
    }
    await this.#commits?.idle();
  }

  /** The agent has the thread from here on, until {@link release} with what this gives. */
  hold(): number {
    const { occupancy, router } = this.surroundings;
    if (this.#number === 0) this.#number = occupancy.admit(this.address.text);
    const before = router.holder;
    router.holder = this.#number;
    occupancy.hold(this.#number);
    return before;
  }

  release(before: number): void {
    const { occupancy, router } = this.surroundings;
    router.holder = before;
    occupancy.hold(before);
  }

  forgetNumber(): void {
    if (this.#number !== 0) this.surroundings.occupancy.forget(this.#number);
    this.#number = 0;
  }

  #admit(exchange: Exchange): void {
    if (exchange.intent?.isControl === true) this.#runControl(exchange);
    else if (this.#canRun() && this.surroundings.turn.enter()) this.#run(exchange);
    else this.#keep(exchange);
    const { delivery } = this.surroundings;
    if (!exchange.isDurable) return;
    if (this.#life.phase !== 'awake') {
      this.#early ??= new Set();
      this.#early.add(`${exchange.message.from.text} ${exchange.message.id}`);
    }
    delivery.accept(exchange);
  }

  /** Takes a message that may have come before: then it is answered as it was then. */
  async #takeOnce(exchange: Exchange): Promise<void> {
    const { delivery } = this.surroundings;
    try {
      const recalled = await delivery.recall(exchange);
      if (recalled.kind === 'joined' || exchange.settled) return;
      if (recalled.kind === 'answered') return answerAgain(this, exchange, recalled.answer);
      const refusal = this.#refuse(exchange);
      if (refusal !== undefined) return exchange.fail(refusal);
      this.#admit(exchange);
    } catch (error) {
      exchange.fail(refusalFrom(error, exchange.message, this.address.text));
    }
  }

  #refuse(exchange: Exchange): KaiError | undefined {
    const at = this.address.text;
    const { health } = this;
    const { message } = exchange;
    exchange.intent ??= this.compiled.intents.get(message.intent) ?? answerPrimitive(message.intent, this);
    const { intent } = exchange;
    // One that has failed can be given back a state with which it did not.
    if (health === 'dead' && intent?.isControl !== true) return unavailable(at, `has failed: ${this.#why()}`);
    if (this.#life.isFailing) return unavailable(at, `cannot start: ${this.#why()}; it is tried again`);
    if (health === 'left') return unavailable(at, 'is leaving');
    if (intent === undefined) return unknownIntent(at, message.intent, this.compiled);
    const misfits = intent.validate?.(message.payload);
    return misfits === undefined ? undefined : invalidPayload(at, message.intent, misfits);
  }

  #why(): string {
    return this.lastError?.message ?? 'it could not start';
  }

  /** Sender and id of the messages that are here, so that they are not taken from the inbox on disk as well. */
  #here(): ReadonlySet<string> {
    const waiting = [...(this.#again ?? []), ...(this.#mailbox ?? [])].filter(({ settled }) => !settled);
    return new Set([
      ...(this.#early ?? []),
      ...waiting.map(({ message }) => `${message.from.text} ${message.id}`),
    ]);
  }

  #canRun(): boolean {
    return this.#life.phase === 'awake' && this.#running < this.compiled.concurrency && this.queue === 0;
  }

  #hasWork(): boolean {
    return this.#life.phase === 'awake' && this.#running < this.compiled.concurrency && this.queue > 0;
  }

  #keep(exchange: Exchange): void {
    const { mailboxMax } = this.compiled;
    this.#mailbox ??= new Mailbox(mailboxMax);
    const offered = this.#mailbox.offer(exchange);
    if (offered.kind === 'refused') exchange.fail(overloaded(this.address.text, mailboxMax));
    else if (offered.kind === 'evicted') offered.evicted.fail(overloaded(this.address.text, mailboxMax));
    if (this.#life.phase === 'asleep') this.#life.wake();
    else this.#schedule();
  }

  /** Serves the mailbox in a later turn; a handler that ends serves it at once. */
  #schedule(): void {
    if (this.#isScheduled || this.#running >= this.compiled.concurrency) return;
    this.#isScheduled = true;
    this.surroundings.turn.later(() => {
      this.#isScheduled = false;
      this.serve();
    });
  }

  /** The turn has been entered. */
  #serveNext(): void {
    const next = this.#again?.shift() ?? this.#mailbox?.take();
    const { turn, clock } = this.surroundings;
    if (next === undefined) return turn.leave();
    if (!isOverdue(next, clock)) return this.#run(next);
    turn.leave();
    expire(next);
  }

  /** Snapshots and rollbacks wait for no room: they make the agent's messages wait. */
  #runControl(exchange: Exchange): void {
    if (this.surroundings.turn.enter()) this.#run(exchange);
    else this.surroundings.turn.later(() => this.#runControl(exchange));
  }

  #run(exchange: Exchange): void {
    this.#running += 1;
    handleMessage(this, exchange);
  }
}
