/** The peer's side: a Moleculer broker in this process, without transporter, logger, cache or metrics. */

import { ServiceBroker } from 'moleculer';
import { type Callee, type CalleeTraits, Handled, QUESTION } from '../calls.ts';

/** A started broker; disposing of it stops it. */
export interface Broker extends AsyncDisposable {
  readonly broker: ServiceBroker;
}

/** `checked`: with Moleculer's own validator, and a span for each call. */
export async function openBroker({ checked = false }: { readonly checked?: boolean } = {}): Promise<Broker> {
  const broker = new ServiceBroker({
    nodeID: 'bench',
    logger: false,
    metrics: false,
    // Spans without an exporter: they are made, timed and sampled, then let go.
    tracing: checked ? { enabled: true, exporter: null } : false,
    validator: checked,
    cacher: null,
    transporter: null,
  });
  await broker.start();
  return { broker, [Symbol.asyncDispose]: () => broker.stop() };
}

/** Creates a service that adds, and calls it. */
export function calleeOn({ broker }: Broker, { checked = false, waiting = 0 }: CalleeTraits = {}): Callee {
  const handled = new Handled();
  const answer = waiting > 0 ? handled.answerLater : handled.answer;
  const handler = (context: { readonly params: unknown }) => answer(context.params);
  const params = { a: 'number|integer', b: 'string|max:255', $$strict: true };
  broker.createService({ name: 'sums', actions: { add: checked ? { params, handler } : { handler } } });
  return { call: () => broker.call('sums.add', QUESTION), handled };
}
