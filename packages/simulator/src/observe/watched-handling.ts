/**
 * What a handler sees while it is watched: the real handling, but for its state, which hides the marks, and its
 * timers and durable messages, which leave one.
 */

import type { JsonValue } from '@kai/protocol';
import type { AgentState, MessageHandling, SendOptions, Timers } from '@kai/runtime';
import { isMark, readTimer, sentKey, timerKey, writeSent, writeTimer } from './marks.ts';

/** The entry of a message's context that says which simulated message it is. */
export const MESSAGE_ENTRY = 'sim';

/** `message` is what is handled; what its handler sends is named after it, alike each time that it is handled. */
export function watchedHandling(handling: MessageHandling, message: string): MessageHandling {
  let sent = 0;
  const send = (real: (...given: unknown[]) => unknown, given: Sending): unknown => {
    const [to, intent, payload, options] = given;
    if (options?.context?.delivery === 'fast') return real(...given);
    const id = `${message}>${sent}`;
    sent += 1;
    handling.state.set(sentKey(id), writeSent(typeof to === 'string' ? to : to.text, intent));
    return real(to, intent, payload, { ...options, context: { ...options?.context, [MESSAGE_ENTRY]: id } });
  };
  return new Proxy(handling, {
    get(target, name) {
      if (name === 'state') return new UnmarkedState(target.state);
      if (name === 'timers') return new MarkingTimers(target.timers, target.state);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const real = value.bind(target);
      return name === 'send' || name === 'deliver' ? (...given: Sending) => send(real, given) : real;
    },
  });
}

type Sending = readonly [
  to: { readonly text: string } | string,
  intent: string,
  payload?: JsonValue,
  options?: SendOptions,
];

/** Notes in the same transaction that a timer has had its effect. */
export function markFired(state: AgentState, name: string, due: JsonValue | undefined): void {
  const mark = state.get(timerKey(name));
  if (mark === undefined) return;
  const { due: latest, fired } = readTimer(name, mark);
  // A timer that was set anew meanwhile has not fired yet.
  if (latest === due) state.set(timerKey(name), writeTimer(latest, fired + 1));
}

class UnmarkedState implements AgentState {
  readonly #state: AgentState;

  constructor(state: AgentState) {
    this.#state = state;
  }

  get(key: string): JsonValue | undefined {
    return this.#state.get(key);
  }

  has(key: string): boolean {
    return this.#state.has(key);
  }

  set(key: string, value: JsonValue): void {
    this.#state.set(key, value);
  }

  delete(key: string): void {
    this.#state.delete(key);
  }

  *entries(prefix?: string): IterableIterator<[string, JsonValue]> {
    for (const entry of this.#state.entries(prefix)) if (!isMark(entry[0])) yield entry;
  }
}

class MarkingTimers implements Timers {
  readonly #timers: Timers;
  readonly #state: AgentState;

  constructor(timers: Timers, state: AgentState) {
    this.#timers = timers;
    this.#state = state;
  }

  set(timer: Parameters<Timers['set']>[0]): void {
    this.#timers.set(timer);
    this.#state.set(timerKey(timer.name), writeTimer(timer.due, 0));
  }

  cancel(name: string): void {
    this.#timers.cancel(name);
    this.#state.delete(timerKey(name));
  }

  list(): ReturnType<Timers['list']> {
    return this.#timers.list();
  }
}
