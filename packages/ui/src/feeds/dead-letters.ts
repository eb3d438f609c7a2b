/**
 * Feeds what could not be delivered, and does what can be done about it: send it again, or forget it. The node takes
 * care that a message which is sent again is done once, so nothing here needs to.
 */

import type { ErrorCode, ErrorPayload } from '@kai/protocol';
import type { Answer, Link } from '../connection/link.ts';
import { nodeOf } from '../connection/node-of.ts';
import type { DeadLetter, Retried } from '../connection/wire.ts';

const LETTERS_LIMIT = 500;

/** The node is away, or lets this browser in no more: the rest need not be tried. */
const GIVES_UP: readonly ErrorCode[] = ['UNREACHABLE', 'CANCELLED', 'UNAUTHORIZED'];

/** What came of several, by the ids of their messages. */
export interface RetriedAll {
  readonly sent: number;
  readonly kept: ReadonlyMap<string, ErrorPayload>;
}

export interface DeadLetters {
  /** Newest first. */
  list(): Promise<Answer<{ letters: readonly DeadLetter[] }>>;
  retry(id: string): Promise<Answer<Retried>>;
  /** One after the other, in this order. One that stays does not keep the next from being sent. */
  retryAll(ids: readonly string[], onStart: (at: number) => void): Promise<RetriedAll>;
  /** Forgets every letter of this message. */
  drop(id: string): Promise<Answer<{ dropped: string }>>;
}

export function openDeadLetters(link: Link): DeadLetters {
  const retry = (id: string): Promise<Answer<Retried>> =>
    link.ask({ to: nodeOf(link), intent: 'node.dead.retry', payload: { id } });

  async function retryAll(ids: readonly string[], onStart: (at: number) => void): Promise<RetriedAll> {
    const kept = new Map<string, ErrorPayload>();
    let sent = 0;
    for (const [at, id] of ids.entries()) {
      onStart(at);
      const error = refusalOf(await retry(id));
      if (error === undefined) sent += 1;
      else kept.set(id, error);
      if (error !== undefined && GIVES_UP.includes(error.code)) break;
    }
    return { sent, kept };
  }

  return {
    list: () => link.ask({ to: nodeOf(link), intent: 'node.dead', payload: { limit: LETTERS_LIMIT } }),
    retry,
    retryAll,
    drop: (id) => link.ask({ to: nodeOf(link), intent: 'node.dead.drop', payload: { id } }),
  };
}

/** Why a message stays, whether the node refused to send it or its receiver refused to take it. */
export function refusalOf(answer: Answer<Retried>): ErrorPayload | undefined {
  if (answer.kind === 'error') return answer.error;
  return answer.payload.kind === 'kept' ? answer.payload.error : undefined;
}
