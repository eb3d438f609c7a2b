/**
 * The models as facts of the orchestration table: `model.<name>` is `ready` or `away`.
 *
 * They are looked at only while rules ask for facts, and at most every {@link LOOK_EVERY_MS}: what is told may be older by
 * that much, and the first time every model is `away`.
 */

import type { Facts } from '@kai/runtime';
import type { Clock, ModelRuntime } from '@kai/runtime/ports';

const LOOK_EVERY_MS = 5_000;
/** How long a model has to say how it is, in milliseconds. */
const PATIENCE_MS = 2_000;

export interface ModelFacts extends AsyncDisposable {
  facts(): Facts;
}

export function openModelFacts(list: readonly ModelRuntime[], clock: Clock): ModelFacts {
  const closed = new AbortController();
  let known: Facts = {};
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const states = await Promise.all(list.map((model) => stateOf(model, clock, closed.signal)));
    known = Object.fromEntries(list.map(({ name }, index) => [`model.${name}`, states[index] ?? 'away']));
  };
  return {
    facts: () => {
      const now = clock.monotonic();
      if (!closed.signal.aborted && now - lookedAt >= LOOK_EVERY_MS) {
        lookedAt = now;
        looking = looking.then(look);
      }
      return known;
    },
    async [Symbol.asyncDispose]() {
      closed.abort();
      await looking;
    },
  };
}

async function stateOf(model: ModelRuntime, clock: Clock, closed: AbortSignal): Promise<'ready' | 'away'> {
  const patience = new AbortController();
  const timer = clock.after(PATIENCE_MS, () => patience.abort());
  try {
    const { ready } = await model.health(AbortSignal.any([patience.signal, closed]));
    return ready ? 'ready' : 'away';
  } catch {
    return 'away';
  } finally {
    timer.cancel();
  }
}
