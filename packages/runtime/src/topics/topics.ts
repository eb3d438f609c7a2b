/**
 * Topics: who hears what. Patterns without wildcards are looked up, the others tried one by one.
 */

import { KaiError, type Message, matchesTopic, type TopicPattern } from '@kai/protocol';

export type Hear = (message: Message) => void;

/** Subscriptions on one node. */
export const SUBSCRIPTIONS_MAX = 100_000;

interface Subscription {
  readonly pattern: TopicPattern;
  readonly hear: Hear;
}

export class Topics {
  readonly #exact = new Map<string, Set<Subscription>>();
  readonly #patterns = new Set<Subscription>();
  #count = 0;

  /** Returns how to end it. @throws KaiError `OVERLOADED` beyond {@link SUBSCRIPTIONS_MAX}. */
  subscribe(pattern: TopicPattern, hear: Hear): () => void {
    if (this.#count >= SUBSCRIPTIONS_MAX) throw tooMany();
    const subscription = { pattern, hear };
    const set = this.#setFor(pattern);
    set.add(subscription);
    this.#count += 1;
    return () => {
      if (set.delete(subscription)) this.#count -= 1;
      if (set.size === 0 && set !== this.#patterns) this.#exact.delete(pattern.text);
    };
  }

  /** Everyone who hears the topic now, in the order in which they came. */
  hearing(name: string): readonly Hear[] {
    const exact = [...(this.#exact.get(`tasks:${name}`) ?? [])];
    const matching = [...this.#patterns].filter(({ pattern }) => matchesTopic(pattern, name));
    return [...exact, ...matching].map(({ hear }) => hear);
  }

  #setFor(pattern: TopicPattern): Set<Subscription> {
    if (pattern.parts.some((part) => part === '*' || part === '>')) return this.#patterns;
    const set = this.#exact.get(pattern.text) ?? new Set();
    this.#exact.set(pattern.text, set);
    return set;
  }
}

function tooMany(): KaiError {
  return new KaiError('OVERLOADED', `a node has at most ${SUBSCRIPTIONS_MAX} subscriptions`);
}
