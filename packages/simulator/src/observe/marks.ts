/**
 * Marks that the simulator leaves in an agent's state, in the same transaction as what they tell of: so a mark is there
 * exactly when the effect is.
 *
 * An effect's mark has a key of its own for every handling: a message that took effect twice has two marks, and
 * the marks of one agent stand in the order of their commits.
 */

import type { JsonValue } from '@kai/protocol';

const PREFIX = '~sim.';
export const EFFECT_PREFIX = `${PREFIX}effect/`;
const SENT_PREFIX = `${PREFIX}sent/`;
const TIMER_PREFIX = `${PREFIX}timer/`;

export function isMark(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** `handling` is unique in the world; it holds no `#`. */
export function effectKey(message: string, handling: string): string {
  return `${EFFECT_PREFIX}${message}#${handling}`;
}

export function messageOfEffect(key: string): string {
  return key.slice(EFFECT_PREFIX.length, key.lastIndexOf('#'));
}

export function sentKey(message: string): string {
  return `${SENT_PREFIX}${message}`;
}

export function timerKey(name: string): string {
  return `${TIMER_PREFIX}${name}`;
}

/** An effect: the intent, and what it was asked. */
export interface EffectMark {
  readonly message: string;
  readonly intent: string;
  readonly payload: JsonValue;
}

/** A durable message that a committed handling has sent. */
export interface SentMark {
  readonly message: string;
  readonly to: string;
  readonly intent: string;
}

/** The latest timer of a name: when it was due, and how often it has had its effect. */
export interface TimerMark {
  readonly name: string;
  readonly due: number;
  readonly fired: number;
}

/** An agent's state as it is on disk, parted. */
export interface MarkedState {
  readonly effects: readonly EffectMark[];
  readonly sent: readonly SentMark[];
  readonly timers: readonly TimerMark[];
  /** Without the marks: what the agent itself keeps. */
  readonly own: ReadonlyMap<string, JsonValue>;
}

export function partState(state: ReadonlyMap<string, JsonValue>): MarkedState {
  const effects: EffectMark[] = [];
  const sent: SentMark[] = [];
  const timers: TimerMark[] = [];
  const own = new Map<string, JsonValue>();
  for (const [key, value] of state) {
    if (key.startsWith(EFFECT_PREFIX)) effects.push(readEffect(key, value));
    else if (key.startsWith(SENT_PREFIX)) sent.push(readSent(key.slice(SENT_PREFIX.length), value));
    else if (key.startsWith(TIMER_PREFIX)) timers.push(readTimer(key.slice(TIMER_PREFIX.length), value));
    else own.set(key, value);
  }
  return { effects, sent, timers, own };
}

export function writeEffect(intent: string, payload: JsonValue): JsonValue {
  return [intent, payload];
}

export function writeSent(to: string, intent: string): JsonValue {
  return [to, intent];
}

export function writeTimer(due: number, fired: number): JsonValue {
  return [due, fired];
}

export function readTimer(name: string, value: JsonValue | undefined): TimerMark {
  const [due, fired] = value as readonly [number, number];
  return { name, due, fired };
}

function readEffect(key: string, value: JsonValue): EffectMark {
  const [intent, payload] = value as readonly [string, JsonValue];
  return { message: messageOfEffect(key), intent, payload };
}

function readSent(message: string, value: JsonValue): SentMark {
  const [to, intent] = value as readonly [string, string];
  return { message, to, intent };
}
