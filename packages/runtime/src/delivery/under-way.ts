/**
 * Messages under way that may come twice: the second of two with the same sender and id waits for the first one's
 * answer instead of being handled.
 */

import type { KaiError, Message } from '@kai/protocol';
import type { Exchange } from '../router/exchange.ts';

interface Follower {
  readonly exchange: Exchange;
  /** For one that must not share the first one's failure: it goes on by itself then. */
  readonly alone: (() => void) | undefined;
}

export class UnderWay {
  readonly #first = new Map<string, Follower[]>();

  /**
   * Whether the same message is under way at this agent; then the exchange settles as that one does, or goes on `alone` when
   * that one fails.
   */
  joins(agent: string, exchange: Exchange, alone?: () => void): boolean {
    const key = keyOf(agent, exchange.message);
    const following = this.#first.get(key);
    if (following === undefined) {
      this.#first.set(key, []);
      return false;
    }
    following.push({ exchange, alone });
    return true;
  }

  replied(agent: string, message: Message, reply: Message): void {
    for (const { exchange } of this.#end(agent, message)) exchange.reply(reply);
  }

  failed(agent: string, message: Message, error: KaiError): void {
    for (const { exchange, alone } of this.#end(agent, message)) {
      if (alone === undefined) exchange.fail(error);
      else alone();
    }
  }

  #end(agent: string, message: Message): readonly Follower[] {
    const key = keyOf(agent, message);
    const following = this.#first.get(key) ?? [];
    this.#first.delete(key);
    return following;
  }
}

function keyOf(agent: string, { from, id }: Message): string {
  return `${agent} ${from.text} ${id}`;
}
