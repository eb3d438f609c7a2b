/**
 * How the handling of a message ends: what it changed is committed, then its sender hears of it.
 *
 * A commit that the disk refuses fails the message, and the agent's state stays as it was.
 */

import type { Message, RouteNote } from '@kai/protocol';
import type { Cell } from './cell.ts';
import type { Answered } from './definition.ts';
import { refusalFrom, stackOf } from './failure.ts';
import type { Handling } from './handling.ts';

/** The handler ended well with `value`. */
export function completeHandling(cell: Cell, handling: Handling, value: Answered): void {
  handling.end();
  const { exchange } = handling;
  if (exchange.timer !== undefined) handling.transaction().consume(exchange.timer);
  const reply = replyTo(cell, handling, value);
  const isDurable = cell.surroundings.router.isDurable(exchange);
  if (!isDurable && handling.written?.isEmpty !== false) answer(cell, handling, reply);
  else void commit(cell, handling, reply, isDurable);
}

/** The handler, or the commit of what it changed, failed. */
export function failHandling(cell: Cell, handling: Handling, thrown: unknown): void {
  handling.end();
  const { exchange, message } = handling;
  const { intent, id } = message;
  if (exchange.settled) {
    // Its sender took it back or its time was over: that a handler stops then is no failure of the agent.
    cell.log.debug({ intent, id, error: stackOf(thrown) }, 'a handler stopped after its message had settled');
    return cell.ended();
  }
  const error = refusalFrom(thrown, message, cell.address.text);
  cell.failures += 1;
  cell.lastError = { at: cell.surroundings.clock.now(), code: error.code, message: error.message };
  if (error.code === 'AGENT_FAILED' || error.code === 'INTERNAL') {
    cell.log.error({ intent, id, error: stackOf(thrown) }, 'a handler failed');
  }
  exchange.fail(error);
  cell.ended();
}

async function commit(cell: Cell, handling: Handling, reply: Message, isDurable: boolean): Promise<void> {
  const { router, store, alarms } = cell.surroundings;
  const transaction = handling.written;
  const timers = transaction?.timerWrites ?? [];
  try {
    await store.commit({
      state: transaction?.stateWrites ?? [],
      timers,
      journal: isDurable ? [router.journaled(handling.exchange, reply)] : [],
    });
  } catch (error) {
    return failHandling(cell, handling, error);
  }
  transaction?.apply();
  // The timers of an agent that has gone wait for its return.
  if (cell.phase !== 'gone') alarms.changed(timers);
  answer(cell, handling, reply);
}

function answer(cell: Cell, { exchange }: Handling, reply: Message): void {
  cell.handled += 1;
  exchange.reply(reply);
  cell.ended();
}

function replyTo(cell: Cell, { exchange, note }: Handling, value: Answered): Message {
  const { message, rule, tried } = exchange;
  let context = cell.replyContext(rule);
  if (note !== undefined || tried !== undefined) {
    const route: RouteNote = { rule, served: cell.address.text, ...(tried && { tried }), ...note };
    context = { route };
  }
  return {
    id: cell.surroundings.ids.next(),
    kind: 'reply',
    from: cell.address,
    to: message.from,
    intent: message.intent,
    payload: value ?? null,
    context,
    priority: message.priority,
    auth: undefined,
    re: message.id,
    expires: message.expires,
    hops: message.hops,
  };
}
