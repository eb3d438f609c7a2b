/**
 * Messages under way that may come twice: the second of two with the same sender and id waits for the first one's
 * answer instead of being handled.
 */

import type { KaiError, Message } from '@kai/protocol';
import type { Exchange } from '../router/exchange.ts';

export class UnderWay {
  readonly #first = new Map<string, Exchange[]>();

  /** Whether the same message is under way at this agent; then the exchange settles as that one does. */
  joins(agent: string, exchange: Exchange): boolean {
    const key = keyOf(agent, exchange.message);
    const following = this.#first.get(key);
    if (following === undefined) {
      this.#first.set(key, []);
      return false;
    }
    following.push(exchange);
    return true;
  }

  replied(agent: string, message: Message, reply: Message): void {
    for (const exchange of this.#end(agent, message)) exchange.reply(reply);
  }

  failed(agent: string, message: Message, error: KaiError): void {
    for (const exchange of this.#end(agent, message)) exchange.fail(error);
  }

  #end(agent: string, message: Message): readonly Exchange[] {
    const key = keyOf(agent, message);
    const following = this.#first.get(key) ?? [];
    this.#first.delete(key);
    return following;
  }
}

function keyOf(agent: string, { from, id }: Message): string {
  return `${agent} ${from.text} ${id}`;
}
