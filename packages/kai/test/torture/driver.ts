/**
 * The driver: makes orders, keeps a number of them under way, remembers what was acknowledged, and sends again what was
 * not. Some orders it sends twice on purpose.
 */

import type { MessageId } from '@kai/protocol';
import type { AckLevel } from '../../../runtime/src/agents/context.ts';
import { ACCOUNTS } from './agents.ts';
import type { Chance } from './chance.ts';
import type { Heard, Order } from './wire.ts';

const IN_FLIGHT = 128;
const COINS_MAX = 20;
/** Shares of the orders that are sent twice at once, and after a start although they are acknowledged. */
const TWICE = 0.03;
const AGAIN_AT_START = 10;
const KINDS = ['enter', 'pay', 'spend'] as const;
/** What is only received is not promised to survive; most of the work is about what is. */
const LEVELS = ['durable', 'durable', 'durable', 'effected', 'effected', 'call', 'call', 'received'] as const;

export class Driver {
  readonly orders: Order[] = [];
  /** The level that was told, by number. */
  readonly acknowledged = new Map<number, AckLevel>();
  /** Orders that were refused for good, and why. */
  readonly refused: string[] = [];
  sentAgain = 0;
  readonly #chance: Chance;
  readonly #open = new Map<number, Order>();
  readonly #wanted: number;

  /** `wanted`: orders that it makes before it has nothing more to do, unless it is asked for more. */
  constructor(wanted: number, chance: Chance) {
    this.#wanted = wanted;
    this.#chance = chance;
  }

  get isDone(): boolean {
    return this.orders.length >= this.#wanted && this.#open.size === 0;
  }

  /** What a node that has just started is sent. */
  atStart(): readonly Order[] {
    const again = [...this.#open.values()];
    this.sentAgain += again.length;
    for (let n = 0; n < Math.min(AGAIN_AT_START, this.orders.length); n += 1) {
      again.push(this.orders[this.#chance.below(this.orders.length)] as Order);
    }
    return again;
  }

  /** Takes what was heard; gives what is to be sent next. `hasMore`: also beyond what was wanted. */
  next(heard: readonly Heard[], hasMore: boolean): readonly Order[] {
    const next = heard.flatMap((one) => this.#hear(one));
    while (this.#open.size < IN_FLIGHT && (hasMore || this.orders.length < this.#wanted)) {
      const order = this.#make();
      next.push(order);
      if (this.#chance.happens(TWICE)) next.push(order);
    }
    return next;
  }

  #hear(heard: Heard): Order[] {
    const { n } = heard;
    const order = this.#open.get(n);
    if (order === undefined) return [];
    if ('refused' in heard) {
      if (heard.retryable) return [order];
      this.refused.push(`order ${n}: ${heard.refused}`);
    } else this.acknowledged.set(n, heard.level);
    this.#open.delete(n);
    return [];
  }

  #make(): Order {
    const n = this.orders.length;
    const chance = this.#chance;
    const order: Order = {
      n,
      // Sound because the text is written in the form that the type stands for.
      id: `01a20400-65c7-7000-8000-${n.toString(16).padStart(12, '0')}` as MessageId,
      kind: chance.pick(KINDS),
      account: chance.below(ACCOUNTS),
      to: chance.below(ACCOUNTS),
      coins: 1 + chance.below(COINS_MAX),
      until: chance.pick(LEVELS),
    };
    this.orders.push(order);
    this.#open.set(n, order);
    return order;
  }
}
