/**
 * The life of the window's connection as a pure step: (state, event) → (state, what to do).
 *
 *   connecting ──greeted──▶ open ──lost──▶ waiting ──due──▶ connecting
 *        └──────lost──────────────────────────┘    └─refused─▶ stranger ─retry─▶ connecting
 *
 * Invariants: at most one socket is open or opening; a timer runs only in `waiting`; `attempt` grows with each
 * failure in a row and starts again at the first greeting. `stranger` means that the node is there but does not
 * know this browser: trying again by itself would never help, so a person is asked to open the node's link.
 */

import type { Hello } from './wire.ts';

export type LinkState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open'; readonly hello: Hello }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly until: number }
  | { readonly kind: 'stranger' };

export type LinkEvent =
  | { readonly kind: 'greeted'; readonly hello: Hello }
  /** The socket closed or could not be opened. `chance` is 0 to 1, `now` in milliseconds. */
  | { readonly kind: 'lost'; readonly now: number; readonly chance: number }
  /** The node answered that it does not know this browser. */
  | { readonly kind: 'refused' }
  /** The wait is over, the network came back, or a person wants to try at once. */
  | { readonly kind: 'retry' };

export type LinkEffect =
  | { readonly kind: 'dial' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'stop-waiting' }
  | { readonly kind: 'ask-whether-known' };

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** The first wait, in milliseconds; each further one doubles. */
export const BACKOFF_FIRST_MS = 500;
/** The longest wait, in milliseconds: a node that comes back is seen within this time. */
export const BACKOFF_MAX_MS = 15_000;

/** Half the wait is fixed and half is chance, so that many windows do not return in one moment. */
export function backoffMs(attempt: number, chance: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(full / 2 + (full / 2) * chance);
}

export function stepLink(state: LinkState, event: LinkEvent): LinkStep {
  switch (event.kind) {
    case 'greeted':
      return { state: { kind: 'open', hello: event.hello }, effects: [] };
    case 'lost':
      return lose(state, event.now, event.chance);
    case 'refused':
      if (state.kind !== 'waiting') return { state, effects: [] };
      return { state: { kind: 'stranger' }, effects: [{ kind: 'stop-waiting' }] };
    case 'retry':
      return retry(state);
  }
}

function lose(state: LinkState, now: number, chance: number): LinkStep {
  if (state.kind === 'waiting' || state.kind === 'stranger') return { state, effects: [] };
  const attempt = state.kind === 'connecting' ? state.attempt : 0;
  const ms = backoffMs(attempt, chance);
  const effects: LinkEffect[] = [{ kind: 'wait', ms }];
  if (state.kind === 'connecting') effects.push({ kind: 'ask-whether-known' });
  return { state: { kind: 'waiting', attempt: attempt + 1, until: now + ms }, effects };
}

function retry(state: LinkState): LinkStep {
  if (state.kind === 'open' || state.kind === 'connecting') return { state, effects: [] };
  const attempt = state.kind === 'waiting' ? state.attempt : 0;
  return { state: { kind: 'connecting', attempt }, effects: [{ kind: 'stop-waiting' }, { kind: 'dial' }] };
}
