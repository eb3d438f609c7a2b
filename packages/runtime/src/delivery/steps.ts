/**
 * Durable steps inside a handler: each is done once, and what it gave is kept, so that after a crash the handler runs
 * again and goes on after its last finished step.
 *
 * A handler must take the same steps in the same order whenever it runs for the same message. One that does not, because
 * it was changed meanwhile, is refused: silently going on would mix two versions of it.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import type { StepRecord, Store } from '../ports/index.ts';

/** Steps of one handling. */
export const STEPS_MAX = 10_000;

export class Steps {
  readonly #agent: string;
  readonly #message: string;
  readonly #store: Store;
  readonly #kept: readonly StepRecord[];
  #position = 0;

  /** `kept`: the steps that were finished before a crash, in any order. */
  constructor(agent: string, message: string, store: Store, kept: readonly StepRecord[]) {
    this.#agent = agent;
    this.#message = message;
    this.#store = store;
    this.#kept = [...kept].sort((one, other) => one.position - other.position);
  }

  /** Gives what the step gave before, or does it and keeps that. @throws KaiError `CONFLICT` when it is another step. */
  async take<T extends JsonValue>(name: string, run: () => T | Promise<T>): Promise<T> {
    const position = this.#position;
    this.#position += 1;
    if (position >= STEPS_MAX) throw new KaiError('OVERLOADED', `a handling has at most ${STEPS_MAX} steps`);
    const kept = this.#kept[position];
    if (kept !== undefined) return this.#recall(kept, name) as T;
    const result = await run();
    const record = { agent: this.#agent, message: this.#message, position, name, digest: name };
    await this.#store.commit({ steps: [{ ...record, result: JSON.stringify(result ?? null) }] });
    return result;
  }

  /** Steps that were finished before and that the handler has not come to, though it has ended. */
  get isShort(): boolean {
    return this.#position < this.#kept.length;
  }

  /** Why a handler that ended early does not fit its journal. */
  shortness(): KaiError {
    const next = this.#kept[this.#position];
    return new KaiError(
      'CONFLICT',
      `the handler ended before its step "${next?.name}", which it had finished before the restart: it has changed since`,
      { at: this.#agent },
    );
  }

  #recall({ name: before, result, position }: StepRecord, name: string): JsonValue {
    if (before === name) return JSON.parse(result) as JsonValue;
    const text = `step ${position + 1} was "${before}" before the restart and is "${name}" now: the handler has changed since`;
    throw new KaiError('CONFLICT', text, { at: this.#agent });
  }
}
