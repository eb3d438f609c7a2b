/**
 * Asking all instances of a service: the answers come as parts while they arrive, and together in the closing reply,
 * as `{ answers: [{ from, payload }], failures: [{ from, error }] }`.
 */

import type { JsonObject, JsonValue, KaiError, Message } from '@kai/protocol';
import type { Endpoint } from '../registrar/endpoint.ts';
import { Exchange, type ExchangeEnd } from './exchange.ts';

export function askAll(exchange: Exchange, endpoints: readonly Endpoint[], end: ExchangeEnd): void {
  const answers: JsonValue[] = [];
  const failures: JsonValue[] = [];
  let last: Message | undefined;
  const collect = (into: JsonValue[], part: JsonObject): void => {
    into.push(part);
    exchange.sink?.push(part);
    if (answers.length + failures.length < endpoints.length) return;
    if (last !== undefined) exchange.reply({ ...last, payload: { answers, failures } });
    else exchange.fail(firstFailure as KaiError);
  };
  let firstFailure: KaiError | undefined;
  for (const endpoint of endpoints) {
    const from = endpoint.address.text;
    const one = new Exchange(exchange.message, exchange.admittedAt, end);
    one.rule = exchange.rule;
    one.whenSettled(
      (reply) => {
        last = reply;
        collect(answers, { from, payload: reply.payload });
      },
      (error) => {
        firstFailure ??= error;
        collect(failures, { from, error: { ...error.toPayload() } });
      },
    );
    endpoint.take(one);
  }
}
