/**
 * The accounts of a router: what became of each exchange is counted, traced, written to the journal, and kept among the
 * dead letters when nobody would learn of it otherwise.
 */

import { encodeJson, type KaiError, type Message } from '@kai/protocol';
import type { Delivery } from '../delivery/delivery.ts';
import type { Clock, Commit, JournalEntry, Log, Store } from '../ports/index.ts';
import type { Journal } from '../trace/journal.ts';
import { Rate } from '../trace/rate.ts';
import { failureOf, journalEntry, NO_JSON, type Trace } from '../trace/trace.ts';
import type { Deadlines } from './deadlines.ts';
import type { Exchange, ExchangeEnd } from './exchange.ts';
import type { Turn } from './turn.ts';

export interface AccountsParts {
  /** Which messages the journal keeps. */
  readonly journals: 'durable' | 'all';
  readonly clock: Clock;
  readonly turn: Turn;
  readonly log: Log;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly deadlines: Deadlines;
  readonly trace: Trace;
  readonly journal: Journal;
}

export class Accounts implements ExchangeEnd {
  /** Exchanges begun. Each ends as one of the replies, failures, refusals or cancellations, or is still under way. */
  readonly admittedRate = new Rate();
  /** Exchanges that ended well; of events those that were handled. */
  replies = 0;
  /** Exchanges that a receiver had taken and that ended with an error. */
  failures = 0;
  /** Exchanges that nobody took. */
  refusals = 0;
  /** Taken back by their senders, as one that follows something is in the end. */
  cancellations = 0;
  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /** Counts an exchange that begins; gives its monotonic time, exact where somebody looks at how long a message took. */
  begin(): number {
    this.admittedRate.total += 1;
    const { trace, clock, turn } = this.#parts;
    // A whole number takes no memory of its own.
    return trace.isOn ? clock.monotonic() : Math.trunc(turn.elapsed);
  }

  /** A receiver has taken the message: from here on it is on the trace. */
  accepted(exchange: Exchange): void {
    const { trace, clock } = this.#parts;
    exchange.isTaken = true;
    if (trace.isOn) trace.admitted(exchange);
    exchange.onAck?.('received');
    if (this.#isJournaled(exchange)) {
      this.#parts.journal.write(
        journalEntry(clock.now(), 'admitted', exchange.message, exchange.message, exchange.rule, 0),
      );
    }
  }

  /** The journal's entry about a reply. */
  journaled(exchange: Exchange, reply: Message): JournalEntry {
    const { clock } = this.#parts;
    const tookMs = clock.monotonic() - exchange.admittedAt;
    return journalEntry(clock.now(), 'replied', reply, exchange.message, exchange.rule, tookMs);
  }

  get looksAtReplies(): boolean {
    return this.#parts.trace.isOn || this.#parts.journals === 'all';
  }

  fulfilled(exchange: Exchange): void {
    this.replies += 1;
    if (exchange.list !== undefined) this.#parts.deadlines.remove(exchange);
  }

  replied(exchange: Exchange, reply: Message): void {
    this.replies += 1;
    if (exchange.list !== undefined) this.#parts.deadlines.remove(exchange);
    this.#parts.delivery.replied(exchange, reply);
    if (exchange.message.kind === 'event') return;
    if (this.#parts.trace.isOn) this.#parts.trace.replied(exchange, reply);
    if (this.#parts.journals === 'all' && !exchange.isDurable)
      this.#parts.journal.write(this.journaled(exchange, reply));
  }

  failed(exchange: Exchange, error: KaiError): void {
    if (error.code === 'CANCELLED') this.cancellations += 1;
    else if (exchange.isTaken) this.failures += 1;
    else this.refusals += 1;
    if (exchange.list !== undefined) this.#parts.deadlines.remove(exchange);
    this.#parts.trace.failed(exchange, error);
    this.#parts.delivery.failed(exchange, error);
    this.#leave(exchange, error);
  }

  /** The handler of a message that had failed before has ended now: without effect, so that is how it ends. */
  concluded(exchange: Exchange, error: KaiError): void {
    const commit = this.#parts.delivery.failure(exchange, error);
    if ((commit.settled?.length ?? 0) > 0) this.#commit(commit, 'how a message failed could not be written');
  }

  /** A message of the outbox is refused for good: it goes to the dead letters instead. */
  giveUp(exchange: Exchange, error: KaiError): void {
    this.bury(exchange.message, error, this.#parts.delivery.failure(exchange, error));
  }

  /** Keeps a message that could not be delivered, and why; the same commit removes what brought it forth. */
  bury(message: Message, error: KaiError, also: Commit = {}): void {
    const { clock, log } = this.#parts;
    const { id, to, intent } = message;
    log.warn({ id, to: to.text, intent, code: error.code }, error.message);
    const letter = {
      at: clock.now(),
      id,
      code: error.code,
      reason: error.message,
      message: letterText(message),
    };
    this.#commit({ ...also, dead: [letter] }, 'a dead letter could not be kept');
  }

  /** Writes down how an exchange failed: in the journal, in place of its inbox record, among the dead letters. */
  #leave(exchange: Exchange, error: KaiError): void {
    const { message } = exchange;
    // A handler that still works on it decides how it ends.
    const isTriedAgain = exchange.fromOutbox && !exchange.isKept;
    const isOver = exchange.working === undefined && !isTriedAgain;
    const ends = isOver ? this.#parts.delivery.failure(exchange, error) : {};
    const journal = this.#isJournaled(exchange) ? [this.#failureEntry(exchange, error)] : [];
    const commit = { ...ends, journal };
    if (this.#isUnheard(exchange)) this.bury(message, error, commit);
    else if ((ends.settled?.length ?? 0) > 0)
      this.#commit(commit, 'how a message failed could not be written');
    else for (const entry of journal) this.#parts.journal.write(entry);
  }

  /** Whether nobody learns of a failure unless it becomes a dead letter. */
  #isUnheard({ message, isRedelivered, isPostponed, fromOutbox, isKept, onAck, timer }: Exchange): boolean {
    // A timer that failed fires again; it is buried by who gives it up.
    if (isPostponed || timer !== undefined) return false;
    // The outbox tries again; the sender of what was never acknowledged is told.
    if ((fromOutbox || onAck !== undefined) && !isKept) return false;
    return message.kind === 'event' || isRedelivered;
  }

  #isJournaled(exchange: Exchange): boolean {
    return this.#parts.journals === 'all' || exchange.isDurable;
  }

  #failureEntry(exchange: Exchange, error: KaiError): JournalEntry {
    const { clock } = this.#parts;
    const { message, admittedAt } = exchange;
    const tookMs = clock.monotonic() - admittedAt;
    return journalEntry(
      clock.now(),
      failureOf(exchange),
      message,
      message,
      `${error.code}: ${error.message}`,
      tookMs,
    );
  }

  #commit(commit: Commit, otherwise: string): void {
    this.#parts.store.commit(commit).catch((error: unknown) => {
      this.#parts.log.error({ error: String(error) }, otherwise);
    });
  }
}

/** A message in its JSON form; one whose payload has none is kept without it. */
function letterText(message: Message): string {
  try {
    return encodeJson(message);
  } catch {
    return encodeJson({ ...message, payload: NO_JSON });
  }
}
