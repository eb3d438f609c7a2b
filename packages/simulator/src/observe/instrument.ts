/**
 * A user's agent, watched: the same definition whose `write` handlers leave a mark of their effect in their own
 * transaction. The agent's code sees neither the marks nor the watcher.
 */

import type { JsonValue } from '@kai/protocol';
import type { AgentDefinition, Answer, IntentDefinition, MessageHandling } from '@kai/runtime';
import { effectKey, writeEffect } from './marks.ts';
import { MESSAGE_ENTRY, markFired, watchedHandling } from './watched-handling.ts';

/** Who is told what agents do. */
export interface Watcher {
  /** A handler begins; returns a name for this handling, unique in the world. */
  begins(agent: string, message: string, intent: string): string;
  ends(agent: string, message: string, intent: string, failure: unknown): void;
}

export function instrumented(definition: AgentDefinition, watcher: Watcher): AgentDefinition {
  const intents = Object.entries(definition.intents ?? {}).map(
    ([name, intent]) => [name, watchedIntent(name, intent, watcher)] as const,
  );
  return { ...definition, intents: Object.fromEntries(intents) };
}

function watchedIntent(name: string, intent: IntentDefinition, watcher: Watcher): IntentDefinition {
  const writes = intent.effect === 'write';
  return {
    ...intent,
    handler(input, handling) {
      const watch = new Watch(name, input, writes, handling, watcher);
      return watch.follow(() => intent.handler(input, watchedHandling(handling, watch.message)));
    },
  };
}

class Watch {
  readonly #intent: string;
  readonly #input: JsonValue;
  readonly #writes: boolean;
  readonly #handling: MessageHandling;
  readonly #watcher: Watcher;
  readonly message: string;
  readonly #name: string;

  constructor(
    intent: string,
    input: JsonValue,
    writes: boolean,
    handling: MessageHandling,
    watcher: Watcher,
  ) {
    this.#intent = intent;
    this.#input = input;
    this.#writes = writes;
    this.#handling = handling;
    this.#watcher = watcher;
    this.message = simulatedId(handling);
    this.#name = watcher.begins(handling.self.text, this.message, intent);
  }

  follow(run: () => Answer): Answer {
    let answer: Answer;
    try {
      answer = run();
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    if (typeof answer !== 'object' || answer === null) return this.#done(answer);
    if (Symbol.asyncIterator in answer) return this.#parts(answer as AsyncGenerator<JsonValue>);
    if (typeof (answer as { then?: unknown }).then === 'function')
      return this.#promised(answer as Promise<JsonValue>);
    return this.#done(answer);
  }

  async #promised(answer: Promise<JsonValue>): Promise<JsonValue> {
    try {
      return this.#done(await answer);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  async *#parts(parts: AsyncGenerator<JsonValue>): AsyncGenerator<JsonValue, JsonValue> {
    try {
      return this.#done(yield* parts);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #done<T>(answer: T): T {
    const { context } = this.#handling.message;
    if (typeof context.timer === 'string') markFired(this.#handling.state, context.timer, context.due);
    if (this.#writes) {
      const key = effectKey(this.message, this.#name);
      this.#handling.state.set(key, writeEffect(this.#intent, this.#input));
    }
    this.#watcher.ends(this.#handling.self.text, this.message, this.#intent, undefined);
    return answer;
  }

  #failed(error: unknown): void {
    this.#watcher.ends(this.#handling.self.text, this.message, this.#intent, error);
  }
}

/** The simulated message, or the real one's id when an agent or a timer sent it. */
function simulatedId({ message }: MessageHandling): string {
  const entry = message.context[MESSAGE_ENTRY];
  return typeof entry === 'string' ? entry : message.id;
}
