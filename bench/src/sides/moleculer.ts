/**
 * The peer's side: a Moleculer broker in this process, without transporter, logger, cache or metrics.
 *
 * Trap: a service created after the start is there only some turns later; so all are created before it.
 */

import { ServiceBroker, type ServiceSchema } from 'moleculer';
import { type Callee, type CalleeTraits, Handled, QUESTION } from '../calls.ts';

/** A started broker; disposing of it stops it. */
export interface Broker extends AsyncDisposable {
  readonly broker: ServiceBroker;
}

export interface BrokerOptions {
  readonly services: readonly ServiceSchema[];
  /** With Moleculer's own validator, and a span for each call. */
  readonly checked?: boolean;
}

export async function openBroker({ services, checked = false }: BrokerOptions): Promise<Broker> {
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
  for (const service of services) broker.createService(service);
  await broker.start();
  return { broker, [Symbol.asyncDispose]: () => broker.stop() };
}

/** A service with one action that adds; its parameters are checked when the broker has a validator. */
export function adder(name: string, answer: (question: unknown) => unknown): ServiceSchema {
  const handler = (context: { readonly params: unknown }) => answer(context.params);
  return {
    name,
    actions: { add: { params: { a: 'number|integer', b: 'string|max:255', $$strict: true }, handler } },
  };
}

/** A broker with one service that adds, and its caller. */
export async function openCallee({
  checked = false,
  waiting = 0,
}: CalleeTraits = {}): Promise<Callee & AsyncDisposable> {
  const handled = new Handled();
  const services = [adder('sums', waiting > 0 ? handled.answerLater : handled.answer)];
  const opened = await openBroker({ services, checked });
  const { broker } = opened;
  return {
    call: () => broker.call('sums.add', QUESTION),
    handled,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
