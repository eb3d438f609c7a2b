/**
 * The router: the way of a message through this node, as one sentence.
 *
 * A sender hands over a draft, which is admitted (identity, deadline, context) → the table resolves it → an endpoint, a
 * topic's hearers or the held messages take it → it settles by a reply or an error, which is counted, traced and, for
 * an event that failed, kept among the dead letters.
 */

import {
  type Address,
  HOPS_DEFAULT,
  isIntentName,
  type JsonValue,
  KaiError,
  type Message,
  type MessageContext,
  mayCross,
  type NodeAddress,
  quoted,
  type Reach,
  type Target,
} from '@kai/protocol';
import type { CallOptions, SendOptions } from '../agents/context.ts';
import { CALL_TIMEOUT_MS } from '../agents/context.ts';
import { contextWithin } from '../agents/handling.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { messageFrom } from '../delivery/records.ts';
import type { MessageIds } from '../ids/message-ids.ts';
import type { Clock, InboxRecord, Log, Store } from '../ports/index.ts';
import { canTake, type Endpoint } from '../registrar/endpoint.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { Action, Strategy } from '../table/rule.ts';
import { InstanceChooser } from '../table/strategy.ts';
import type { Circumstances, OrchestrationTable } from '../table/table.ts';
import type { Hear, Topics } from '../topics/topics.ts';
import type { Journal } from '../trace/journal.ts';
import type { Trace } from '../trace/trace.ts';
import { Accounts } from './accounts.ts';
import { AddressBook } from './addresses.ts';
import { askAll } from './broadcast.ts';
import { Deadlines } from './deadlines.ts';
import { Exchange } from './exchange.ts';
import { Held } from './held.ts';
import { nearestName } from './nearest-name.ts';
import type { Turn } from './turn.ts';

export interface RouterParts {
  readonly node: NodeAddress;
  readonly reach: Reach;
  /** Which messages the journal keeps. */
  readonly journals: 'durable' | 'all';
  readonly clock: Clock;
  readonly ids: MessageIds;
  readonly log: Log;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly registrar: Registrar;
  readonly table: OrchestrationTable;
  readonly circumstances: Circumstances;
  readonly topics: Topics;
  readonly trace: Trace;
  readonly turn: Turn;
  readonly journal: Journal;
}

const NO_CONTEXT: MessageContext = Object.freeze({});

export class Router {
  /** The number of the agent that has the thread; see the occupancy port. */
  holder = 0;
  readonly accounts: Accounts;
  readonly #parts: RouterParts;
  readonly #addresses = new AddressBook();
  readonly #deadlines: Deadlines;
  readonly #chooser = new InstanceChooser();
  readonly #held: Held;
  #isClosed = false;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#deadlines = new Deadlines(parts.clock);
    this.accounts = new Accounts({ ...parts, deadlines: this.#deadlines });
    this.#held = new Held(parts.clock, (exchange) => this.#resolve(exchange));
  }

  /** How many messages a rule holds back now. */
  get held(): number {
    return this.#held.size;
  }

  /**
   * Makes a request of what a sender wrote. `cause` is what is handled by the sender as it sends.
   *
   * @throws KaiError `INVALID_MESSAGE` when the receiver's address is none, `EXPIRED` when the time is over already,
   * `UNAVAILABLE` once the node is closed.
   */
  admit(
    from: Address,
    to: Target | string,
    intent: string,
    payload: JsonValue,
    options: CallOptions | undefined,
    cause: Exchange | undefined,
  ): Exchange {
    const now = this.#parts.turn.time;
    const latest = now + (options?.timeoutMs ?? CALL_TIMEOUT_MS);
    const until = cause?.message.expires ?? 0;
    const wanted = until === 0 ? latest : Math.min(latest, until);
    const expires = Math.min(wanted, NEVER);
    // Also when it is no number.
    if (!(expires > now)) throw overBeforeItBegan(intent, expires);
    return this.#admitted('request', from, to, intent, payload, options, cause, now, expires);
  }

  /** As {@link admit}, for a message that nobody waits for. */
  admitEvent(
    from: Address,
    to: Target | string,
    intent: string,
    payload: JsonValue,
    options: SendOptions | undefined,
    cause: Exchange | undefined,
  ): Exchange {
    return this.#admitted('event', from, to, intent, payload, options, cause, this.#parts.turn.time, 0);
  }

  /** Sends an exchange on its way. Never throws: it settles. */
  dispatch(exchange: Exchange): void {
    this.#resolve(exchange);
    const { expires } = exchange.message;
    if (exchange.settled || expires === 0) return;
    const timeoutMs = expires >= NEVER ? Number.POSITIVE_INFINITY : expires - this.#parts.turn.time;
    this.#deadlines.add(exchange, Math.max(timeoutMs, 0));
  }

  /** Gives an event to all who hear its topic; returns how many. */
  publish(exchange: Exchange): number {
    const { message } = exchange;
    const { to } = message;
    exchange.settled = true;
    if (to.kind !== 'topic') {
      this.accounts.refusals += 1;
      throw new KaiError('INVALID_MESSAGE', `${to.text} is not a topic; topics begin with tasks:`);
    }
    this.accounts.replies += 1;
    const hearing = this.#parts.topics.hearing(to.name);
    this.#parts.trace.published(message, hearing.length);
    for (const hear of hearing) this.#tell(hear, message);
    return hearing.length;
  }

  /** An exchange for one receiver, past the table: of a topic's event, a timer, a broadcast. */
  open(message: Message, rule: string): Exchange {
    const exchange = new Exchange(message, this.accounts.begin(), this.accounts);
    exchange.rule = rule;
    return exchange;
  }

  /** A message that was kept from before a crash. Nobody waits for its answer. */
  reopen(record: InboxRecord): Exchange {
    const exchange = this.open(messageFrom(record), 'again');
    exchange.isRedelivered = true;
    return exchange;
  }

  /** The outbox has the message: what comes of it is another exchange's. */
  posted(exchange: Exchange): void {
    exchange.settled = true;
    this.accounts.replies += 1;
  }

  /** Whether a message that is sent from a handler leaves through the outbox, with the handler's own commit. */
  leavesDurably({ message }: Exchange): boolean {
    const { delivery } = message.context;
    if (delivery !== undefined) return delivery === 'durable';
    return this.#endpointsOf(message.to).some((endpoint) => endpoint.writes(message.intent));
  }

  /** The addresses that a message could go to, by this action or, without one, by its receiver's address. */
  receivers(to: Target, action: Action | undefined): readonly string[] {
    const targets = (list: readonly Target[]): string[] =>
      list.flatMap((one) => this.#endpointsOf(one)).map(({ address }) => address.text);
    switch (action?.kind) {
      case undefined:
        return targets([to]);
      case 'to':
        return targets([action.address]);
      case 'service':
        return (this.#parts.registrar.serving(action.service) ?? []).map(({ address }) => address.text);
      case 'failover':
        return targets(action.addresses);
      case 'hold':
      case 'reject':
        return [];
    }
  }

  /** Looks again at what is held: after the rules or the facts have changed. */
  reconsider(): void {
    this.#held.reconsider();
  }

  close(): void {
    this.#isClosed = true;
    const reason = new KaiError('UNAVAILABLE', 'the node is stopping', { at: this.#parts.node.text });
    this.#held.close(reason);
    this.#deadlines.close(reason);
  }

  #admitted(
    kind: 'request' | 'event',
    from: Address,
    to: Target | string,
    intent: string,
    payload: JsonValue,
    options: SendOptions | undefined,
    cause: Exchange | undefined,
    now: number,
    expires: number,
  ): Exchange {
    if (this.#isClosed)
      throw new KaiError('UNAVAILABLE', 'the node has stopped', { at: this.#parts.node.text });
    const own = options?.context;
    const { trace, ids } = this.#parts;
    const message: Message = {
      id: options?.id ?? ids.next(now),
      kind,
      from,
      to: typeof to === 'string' ? this.#addresses.parse(to) : to,
      intent,
      payload,
      context:
        (cause === undefined ? own : contextWithin(cause.message, own, trace.isOn, this.#parts.reach)) ??
        NO_CONTEXT,
      priority: options?.priority ?? 'normal',
      auth: options?.auth,
      re: undefined,
      expires,
      hops: HOPS_DEFAULT,
    };
    const exchange = new Exchange(message, this.accounts.begin(), this.accounts);
    if (options?.id !== undefined) {
      // A handler's own first run sends nothing twice; anybody else may.
      exchange.mayRepeat = cause === undefined || cause.isRedelivered || cause.mayRepeat;
      exchange.isRepeatable = true;
    }
    return exchange;
  }

  /** Lets the table decide; without a rule, the receiver's address does. */
  #resolve(exchange: Exchange): void {
    const { message } = exchange;
    const rule = this.#parts.table.match(message, this.#parts.circumstances);
    if (rule === undefined) this.#byAddress(exchange);
    else {
      exchange.rule = rule.name;
      this.#follow(exchange, rule.action);
    }
  }

  #follow(exchange: Exchange, action: Action): void {
    switch (action.kind) {
      case 'to':
        return this.#toTarget(exchange, action.address);
      case 'service':
        return this.#toService(exchange, action.service, action.strategy);
      case 'failover':
        return this.#toFirst(exchange, action.addresses);
      case 'hold':
        return this.#held.hold(exchange, action.forMs);
      case 'reject':
        return exchange.fail(new KaiError(action.code, action.reason, { at: this.#parts.node.text }));
    }
  }

  #byAddress(exchange: Exchange): void {
    exchange.rule = 'address';
    this.#toTarget(exchange, exchange.message.to);
  }

  #toTarget(exchange: Exchange, to: Target): void {
    switch (to.kind) {
      case 'agent':
      case 'node': {
        const endpoint = this.#parts.registrar.at(to.text);
        if (endpoint === undefined) exchange.fail(this.#nobody(to.text, exchange.message));
        else this.#hand(exchange, endpoint);
        return;
      }
      case 'service':
        return this.#toService(exchange, to.service, 'round-robin');
      case 'topic':
        return this.#toTopic(exchange);
      case 'admin':
      case 'vault':
      case 'policy':
        return exchange.fail(this.#nobody(to.text, exchange.message));
    }
  }

  #toTopic(exchange: Exchange): void {
    if (exchange.message.kind === 'request') {
      const { text } = exchange.message.to;
      return exchange.fail(
        new KaiError('INVALID_MESSAGE', `${text} is a topic: publish to it; only agents answer`),
      );
    }
    this.publish(exchange);
  }

  /** What a hearer does wrong concerns neither the publisher nor the next hearer. */
  #tell(hear: Hear, message: Message): void {
    try {
      hear(message);
    } catch (error) {
      this.#parts.log.error({ topic: message.to.text, error: String(error) }, 'a hearer of a topic failed');
    }
  }

  #toService(exchange: Exchange, service: string, strategy: Strategy): void {
    const serving = this.#parts.registrar.serving(service);
    if (serving === undefined) return exchange.fail(this.#nobody(`kai://agent.${service}`, exchange.message));
    const able = (endpoint: Endpoint): boolean => canTake(endpoint) && this.#mayReach(exchange, endpoint);
    const choice = this.#chooser.choose(service, strategy, serving, able, exchange.message);
    switch (choice.kind) {
      case 'one':
        return choice.endpoint.take(exchange);
      case 'all':
        return askAll(exchange, choice.endpoints, () => this.open(exchange.message, exchange.rule));
      case 'none': {
        const at = `kai://agent.${service}`;
        if (serving.some(canTake)) return exchange.fail(tooFar(at));
        const text = `no agent that serves ${service} can take messages now; kai agents shows why`;
        return exchange.fail(new KaiError('UNAVAILABLE', text, { at }));
      }
    }
  }

  #toFirst(exchange: Exchange, addresses: readonly Target[]): void {
    const found = addresses.flatMap((to) => this.#endpointsOf(to));
    const [nearest] = found;
    if (nearest === undefined) return exchange.fail(this.#nobody(addresses[0]?.text ?? '', exchange.message));
    const [first, ...alternatives] = found.filter((endpoint) => this.#mayReach(exchange, endpoint));
    if (first === undefined) return exchange.fail(tooFar(nearest.address.text));
    exchange.alternatives = alternatives;
    first.take(exchange);
  }

  #endpointsOf(to: Target): readonly Endpoint[] {
    if (to.kind === 'service') return this.#parts.registrar.serving(to.service) ?? [];
    const endpoint = this.#parts.registrar.at(to.text);
    return endpoint === undefined ? [] : [endpoint];
  }

  #hand(exchange: Exchange, endpoint: Endpoint): void {
    if (this.#mayReach(exchange, endpoint)) endpoint.take(exchange);
    else exchange.fail(tooFar(endpoint.address.text));
  }

  /** The last word before a receiver: the privacy label holds whatever the table said. */
  #mayReach({ message }: Exchange, endpoint: Endpoint): boolean {
    if (endpoint.reach === 'device') return true;
    return mayCross(message.context.reach ?? this.#parts.reach, endpoint.reach);
  }

  #nobody(text: string, { intent }: Message): KaiError {
    const { registrar, node } = this.#parts;
    if (!isIntentName(intent)) {
      return new KaiError(
        'INVALID_MESSAGE',
        `intent: a dotted name of 1 to 128 characters; got ${quoted(intent)}`,
      );
    }
    const isElsewhere =
      /^kai:\/\/(?!agent\.|admin\.|vault\/)/.test(text) && !`${text}.`.startsWith(`${node.text}.`);
    if (isElsewhere)
      return new KaiError('UNREACHABLE', `no link leads to the node of ${text}`, { at: node.text });
    const names = [...registrar.serviceNames()].map((name) => `kai://agent.${name}`);
    const near = nearestName(text, names);
    const hint = near === undefined ? 'kai agents lists who is here' : `did you mean ${near}?`;
    return new KaiError('NO_ROUTE', `nobody is at ${text}; ${hint}`, { at: node.text });
  }
}

function tooFar(at: string): KaiError {
  return new KaiError('REACH_DENIED', `${at} is further away than this message may go`, { at });
}

function overBeforeItBegan(intent: string, expires: number): KaiError {
  if (Number.isNaN(expires)) return new KaiError('INVALID_MESSAGE', 'timeoutMs: a number of milliseconds');
  return new KaiError('EXPIRED', `the time for ${intent} was over before it was sent`);
}

/** Expiry of what never expires: the largest time that JSON carries exactly. */
const NEVER = Number.MAX_SAFE_INTEGER;
