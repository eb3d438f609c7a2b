/**
 * How the handling of a message ends: what it changed is handed to the disk, the agent goes on with its next message,
 * and the sender hears of it once the disk has it.
 *
 * A commit that the disk refuses fails the message and everything that came after it, and the agent's state is
 * again what the disk has. An answer that changed nothing waits for the commits before it, because it may tell of them.
 */

import { type JsonValue, KaiError, type Message, type RouteNote } from '@kai/protocol';
import { inboxRecord } from '../delivery/records.ts';
import type { Commit } from '../ports/index.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Cell } from './cell.ts';
import type { Answered } from './definition.ts';
import { refusalFrom, stackOf } from './failure.ts';
import type { Handling } from './handling.ts';

/** The handler ended well with `value`. */
export function completeHandling(cell: Cell, handling: Handling, value: Answered): void {
  const misfit = whyNotComplete(cell, handling);
  if (misfit !== undefined) return failHandling(cell, handling, misfit);
  handling.end();
  const { exchange } = handling;
  if (exchange.timer !== undefined) handling.transaction().consume(exchange.timer);
  const payload = value ?? null;
  if (exchange.isDurable || handling.written?.isEmpty === false) {
    commit(cell, handling, replyTo(cell, handling, payload), exchange.isDurable);
  } else if (cell.isCommitting) {
    cell.commits.afterwards(
      () => answer(cell, exchange, replyTo(cell, handling, payload)),
      (error) => refuse(cell, handling, error),
    );
  } else if (exchange.fulfil(payload)) cell.handled += 1;
  else answer(cell, exchange, replyTo(cell, handling, payload));
  cell.ended();
}

/** The handler failed. */
export function failHandling(cell: Cell, handling: Handling, thrown: unknown): void {
  handling.end();
  refuse(cell, handling, thrown);
  cell.ended();
}

/** Answers a message that was handled before as it was answered then. */
export function answerAgain(cell: Cell, exchange: Exchange, before: JsonValue | KaiError): void {
  if (before instanceof KaiError) return exchange.fail(before);
  const route: RouteNote = { rule: exchange.rule, served: cell.address.text, again: true };
  exchange.reply(replyMessage(cell, exchange.message, before, { route }));
}

function whyNotComplete(cell: Cell, handling: Handling): KaiError | undefined {
  const at = cell.address.text;
  if (handling.written?.isStale) {
    return new KaiError('UNAVAILABLE', `${at} worked with what the disk then refused; try again`, { at });
  }
  return handling.steps?.isShort ? handling.steps.shortness() : undefined;
}

function refuse(cell: Cell, handling: Handling, thrown: unknown): void {
  const { exchange, message } = handling;
  const { intent, id } = message;
  const error = refusalFrom(thrown, message, cell.address.text);
  exchange.working = undefined;
  if (exchange.settled) {
    // Its sender took it back or its time was over: that a handler stops then is no failure of the agent.
    cell.log.debug({ intent, id, error: stackOf(thrown) }, 'a handler stopped after its message had settled');
    return cell.surroundings.router.accounts.concluded(exchange, error);
  }
  cell.failures += 1;
  cell.lastError = { at: cell.surroundings.clock.now(), code: error.code, message: error.message };
  if (error.code === 'AGENT_FAILED' || error.code === 'INTERNAL') {
    cell.log.error({ intent, id, error: stackOf(thrown) }, 'a handler failed');
  }
  exchange.fail(error);
}

function commit(cell: Cell, handling: Handling, reply: Message, isDurable: boolean): void {
  const { alarms, outbox } = cell.surroundings;
  const { exchange, written } = handling;
  const effects = effectsOf(cell, handling, reply, isDurable);
  exchange.isCompleted = true;
  written?.apply();
  cell.commits.commit(
    effects,
    () => {
      // The timers of an agent that has gone wait for its return.
      if (cell.phase !== 'gone') alarms.changed(effects.timers ?? []);
      answer(cell, exchange, reply);
      for (const message of written?.outgoing ?? []) outbox.send(message, false);
    },
    (error) => {
      written?.undo();
      exchange.isCompleted = false;
      refuse(cell, handling, error);
    },
  );
}

/** Everything that a message changes, as one commit. */
function effectsOf(cell: Cell, handling: Handling, reply: Message, isDurable: boolean): Commit {
  const { router, delivery, node } = cell.surroundings;
  const { exchange, written } = handling;
  return {
    state: written?.stateWrites ?? [],
    timers: written?.timerWrites ?? [],
    accepted: (written?.outgoing ?? []).map((message) => inboxRecord(node.text, message)),
    journal: isDurable ? [router.accounts.journaled(exchange, reply)] : [],
    settled: isDurable ? delivery.settledWith(exchange, reply.payload) : [],
  };
}

function answer(cell: Cell, exchange: Exchange, reply: Message): void {
  cell.handled += 1;
  exchange.reply(reply);
}

function replyTo(cell: Cell, { exchange, note }: Handling, payload: JsonValue): Message {
  const { message, rule, tried } = exchange;
  if (note === undefined && tried === undefined)
    return replyMessage(cell, message, payload, cell.replyContext(rule));
  const route: RouteNote = { rule, served: cell.address.text, ...(tried && { tried }), ...note };
  return replyMessage(cell, message, payload, { route });
}

function replyMessage(
  cell: Cell,
  message: Message,
  payload: JsonValue,
  context: Message['context'],
): Message {
  return {
    id: cell.surroundings.ids.next(cell.surroundings.turn.time),
    kind: 'reply',
    from: cell.address,
    to: message.from,
    intent: message.intent,
    payload,
    context,
    priority: message.priority,
    auth: undefined,
    re: message.id,
    expires: message.expires,
    hops: message.hops,
  };
}
