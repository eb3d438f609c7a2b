/** Telling, with an acknowledgement of how far the message has come (protocol §2). */

import type { Address, JsonValue, KaiError, Target } from '@kai/protocol';
import type { Ack, AckLevel, DeliverOptions } from '../agents/context.ts';
import type { Exchange } from './exchange.ts';
import type { Router } from './router.ts';

const RANK: Readonly<Record<AckLevel, number>> = { received: 0, durable: 1, effected: 2 };

/** Rejects with a `KaiError` when the message did not come so far. */
export function deliver(
  router: Router,
  from: Address,
  to: Target | string,
  intent: string,
  payload: JsonValue,
  given: DeliverOptions | undefined,
  cause: Exchange | undefined,
): Promise<Ack> {
  const { until = 'durable', ...options } = given ?? {};
  const delivery = until === 'received' ? options.context?.delivery : 'durable';
  const context = { ...options.context, ...(delivery === undefined ? {} : { delivery }) };
  let exchange: Exchange;
  try {
    exchange = router.admitEvent(from, to, intent, payload, { ...options, context }, cause);
  } catch (error) {
    return Promise.reject(error);
  }
  const acknowledged = acknowledgement(exchange, until);
  router.dispatch(exchange);
  return acknowledged;
}

function acknowledgement(exchange: Exchange, until: AckLevel): Promise<Ack> {
  const { id } = exchange.message;
  return new Promise((resolve, reject: (error: KaiError) => void) => {
    const reached = (level: AckLevel): void => {
      if (RANK[level] >= RANK[until]) resolve({ id, level });
    };
    exchange.onAck = reached;
    exchange.whenSettled(() => reached('effected'), reject);
  });
}
