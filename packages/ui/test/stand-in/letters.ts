/**
 * The stand-in's dead letters. What waited too long is delivered when it is sent again, what may not leave the device
 * stays, and the event of a topic, which two could not take, is refused.
 */

import type { DeadLetter } from '../../src/connection/wire.ts';
import { NODE } from './intents.ts';
import { type Reply, refusal, refuse } from './reply.ts';

const MINUTE = 60_000;
const TOPIC = 'tasks:notes.changed';

export class Letters {
  /** Newest first. */
  all: readonly DeadLetter[] = made(Date.now());

  retry(id: string): Reply {
    const letter = this.all.find((one) => one.id === id);
    if (letter === undefined) return this.#gone(id);
    if (letter.message.includes(TOPIC))
      return refuse('CONFLICT', `${id} was published to ${TOPIC}: publish it again, or drop it`);
    if (letter.code === 'REACH_DENIED')
      return { payload: { kind: 'kept', id, error: refusal('REACH_DENIED', letter.reason) } };
    this.#raise(id);
    return { payload: { kind: 'sent', id, level: 'effected' } };
  }

  drop(id: string): Reply {
    if (!this.all.some((one) => one.id === id)) return this.#gone(id);
    this.#raise(id);
    return { payload: { dropped: id } };
  }

  #raise(id: string): void {
    this.all = this.all.filter((one) => one.id !== id);
  }

  #gone(id: string): Reply {
    return refuse('CONFLICT', `there is no dead letter ${id} any more; kai dead lists those there are`);
  }
}

function made(now: number): readonly DeadLetter[] {
  const late = 'it waited longer than its deadline in the mailbox of weather-station';
  const far = 'it may not leave the device, and the model runs at models.example';
  const full = (agent: string): string => `the mailbox of ${agent} is full`;
  return [
    letter('d1', now - 4 * MINUTE, 'EXPIRED', late, `${NODE}.weather-station`, 'weather.now'),
    letter('d2', now - 60 * MINUTE, 'REACH_DENIED', far, `${NODE}.summariser`, 'text.summarise'),
    letter('d3', now - 90 * MINUTE, 'OVERLOADED', full('summariser'), TOPIC, 'notes.changed'),
    letter('d3', now - 90 * MINUTE, 'OVERLOADED', full('documents'), TOPIC, 'notes.changed'),
  ];
}

function letter(
  name: string,
  at: number,
  code: string,
  reason: string,
  to: string,
  intent: string,
): DeadLetter {
  const id = `0198c0de-${name}00-7000-8000-000000000000`;
  const message = { id, kind: 'request', from: `${NODE}.kai-core`, to, intent, payload: {} };
  return { at, id, code, reason, message: JSON.stringify(message) };
}
