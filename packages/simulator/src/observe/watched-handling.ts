/**
 * What a handler sees while it is watched: the real handling, but for its state, which hides the marks, and its
 * timers, which leave one.
 */

import type { JsonValue } from '@kai/protocol';
import type { AgentState, MessageHandling, Timers } from '@kai/runtime';
import { isMark, readTimer, timerKey, writeTimer } from './marks.ts';

export function watchedHandling(handling: MessageHandling): MessageHandling {
  return new Proxy(handling, {
    get(target, name) {
      if (name === 'state') return new UnmarkedState(target.state);
      if (name === 'timers') return new MarkingTimers(target.timers, target.state);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

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
