/**
 * One message of a simulated client: handed over, repeated where that is allowed, until something is known of it.
 *
 *     sending ──acknowledged──▶ acknowledged
 *        │──refused for good──▶ refused
 *        ├──nothing heard, and no way to ask again──▶ unknown
 *        └──refused too often──▶ given up
 *
 * A client that heard nothing does not know whether its message arrived: it repeats it under the same id when the host
 * knows ids again, and otherwise gives up, so that a second effect is never its own doing.
 */

import { KaiError } from '@kai/protocol';
import type { Stream } from '../chance/chance.ts';
import type { Acknowledgement } from '../host/host.ts';
import type { MessageFault, PlannedMessage } from '../plan/plan.ts';
import type { Running } from './sim-node.ts';
import { shown, type World } from './world.ts';

export type Outcome =
  | { readonly kind: 'acknowledged'; readonly level: Acknowledgement['level'] }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** Refused again and again, though nothing went wrong any more. */
  | { readonly kind: 'given up'; readonly reason: string };

/** Times that one message is handed over. */
const ATTEMPTS_MAX = 60;
/** One way between client and node. */
const TRAVEL_MS = [0.1, 0.8] as const;
/** How long a client waits for an answer that is lost. */
const PATIENCE_MS = 2_000;
const BACKOFF_MS = 50;
const BACKOFF_MS_MAX = 1_600;

export class Delivery {
  readonly message: PlannedMessage;
  outcome: Outcome | undefined = undefined;
  readonly #world: World;
  readonly #repeats: boolean;
  readonly #chance: Stream;
  readonly #faults: Partial<Record<MessageFault['kind'], MessageFault>>;
  readonly #settled: () => void;
  #attempts = 0;

  constructor(
    world: World,
    message: PlannedMessage,
    faults: readonly MessageFault[],
    repeats: boolean,
    settled: () => void,
  ) {
    this.#world = world;
    this.message = message;
    this.#repeats = repeats;
    this.#settled = settled;
    this.#chance = world.chance.stream(`way of ${message.id}`);
    this.#faults = Object.fromEntries(faults.map((fault) => [fault.kind, fault]));
  }

  begin(): void {
    const { delay, reorder, duplicate } = this.#faults;
    const byMs = extraMs(delay) + extraMs(reorder);
    this.#send(byMs);
    if (duplicate?.kind === 'duplicate' && this.#repeats) this.#send(byMs + duplicate.afterMs);
  }

  #send(extra: number): void {
    this.#attempts += 1;
    const attempt = this.#attempts;
    const { intent, to } = this.message;
    this.#record('sends', attempt === 1 ? `${intent} to ${to}` : `attempt ${attempt}`);
    this.#travel(extra, () => this.#arrive(attempt));
  }

  #arrive(attempt: number): void {
    const { drop } = this.#faults;
    const lost = attempt === 1 && drop?.kind === 'drop' ? drop.what : undefined;
    if (lost === 'message') return this.#lose('the message is lost');
    const running = this.#world.nodes.get(this.message.node)?.running;
    if (running === undefined) return this.#travel(0, () => this.#again('the node is down'));
    this.#hand(running, lost === 'answer');
  }

  #hand(running: Running, losesAnswer: boolean): void {
    const { process, hosted } = running;
    const { id, do: how, to, intent, payload, until } = this.message;
    const died = (): void => this.#travel(0, () => this.#heardNothing('the node died'));
    process.whenDead.add(died);
    // Only the living answer. Who waits for a process that dies is told by its connection.
    const answered = (then: () => void): void => {
      if (!process.isAlive) return;
      process.whenDead.delete(died);
      if (losesAnswer) this.#lose('its answer is lost');
      else this.#travel(0, then);
    };
    hosted.submit({ id, do: how, to, intent, payload, until }).then(
      (acknowledgement) => answered(() => this.#acknowledged(acknowledgement)),
      (error: unknown) => answered(() => this.#refused(error)),
    );
  }

  #lose(why: string): void {
    this.#record('lost', why);
    this.#world.time.after(PATIENCE_MS, () => this.#heardNothing(why));
  }

  #acknowledged({ level, answer }: Acknowledgement): void {
    this.#record('is told', `${level} ${shown(answer)}`);
    this.#settle({ kind: 'acknowledged', level });
  }

  #refused(error: unknown): void {
    if (!(error instanceof KaiError)) return this.#world.fail(error);
    const { code, message } = error;
    this.#record('is refused', `${code}: ${message}`);
    switch (code) {
      case 'UNAVAILABLE':
      case 'OVERLOADED':
      case 'UNREACHABLE':
        return this.#again(message);
      case 'EXPIRED':
      case 'CANCELLED':
        return this.#heardNothing(message);
      default:
        return this.#settle({ kind: 'refused', code, reason: message });
    }
  }

  /** It may have arrived. */
  #heardNothing(why: string): void {
    if (this.#repeats) this.#again(why);
    else this.#settle({ kind: 'unknown', reason: why });
  }

  /** It has had no effect, or may be repeated. */
  #again(why: string): void {
    if (this.outcome !== undefined) return;
    if (this.#attempts >= ATTEMPTS_MAX) return this.#settle({ kind: 'given up', reason: why });
    const backoff = Math.min(BACKOFF_MS * 2 ** (this.#attempts - 1), BACKOFF_MS_MAX);
    this.#send(this.#chance.between(backoff / 2, backoff));
  }

  #settle(outcome: Outcome): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    if ('reason' in outcome) this.#record('ends', `${outcome.kind}: ${outcome.reason}`);
    this.#settled();
  }

  #travel(extra: number, then: () => void): void {
    this.#world.time.after(extra + this.#chance.between(...TRAVEL_MS), then);
  }

  #record(what: string, detail: string): void {
    this.#world.record('client', what, this.message.id, detail);
  }
}

function extraMs(fault: MessageFault | undefined): number {
  return fault !== undefined && 'byMs' in fault ? fault.byMs : 0;
}
