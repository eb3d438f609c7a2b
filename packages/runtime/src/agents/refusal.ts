/** What a cell says to a message that it does not take. */

import { describeMisfits, KaiError, type Misfit, quoted } from '@kai/protocol';
import type { CompiledAgent } from './compiled.ts';

/** Intents named to a sender who asked for another one. */
const OFFERED_MAX = 12;

export function unknownIntent(at: string, intent: string, { declarations }: CompiledAgent): KaiError {
  const known = declarations.map(({ name }) => name).slice(0, OFFERED_MAX);
  const offers = known.length === 0 ? 'nothing' : known.join(', ');
  return new KaiError('NO_ROUTE', `${at} does not take ${quoted(intent)}; it takes ${offers}`, { at });
}

export function invalidPayload(at: string, intent: string, misfits: readonly Misfit[]): KaiError {
  return new KaiError('INVALID_PAYLOAD', `${intent}: ${describeMisfits(misfits)}`, {
    at,
    details: { misfits: misfits.map(({ path, message }) => ({ path, message })) },
  });
}

export function overloaded(at: string, waiting: number): KaiError {
  return new KaiError('OVERLOADED', `${at} has ${waiting} messages waiting`, { at });
}

export function unavailable(at: string, why: string): KaiError {
  return new KaiError('UNAVAILABLE', `${at} ${why}`, { at });
}
