/** The connection's life: the table of transitions, and the laws of waiting. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  backoffMs,
  type LinkEvent,
  type LinkState,
  stepLink,
} from '../src/connection/link-state.ts';

const hello = {
  op: 'hello',
  protocol: 1,
  node: 'kai://a.b',
  client: 'kai://a.b.w',
  version: '0',
  incarnation: 1,
} as const;

const STATES: Readonly<Record<LinkState['kind'], LinkState>> = {
  connecting: { kind: 'connecting', attempt: 3 },
  open: { kind: 'open', hello },
  waiting: { kind: 'waiting', attempt: 4, until: 0 },
  stranger: { kind: 'stranger' },
};
const EVENTS: Readonly<Record<LinkEvent['kind'], LinkEvent>> = {
  greeted: { kind: 'greeted', hello },
  lost: { kind: 'lost', now: 0, chance: 0.5 },
  refused: { kind: 'refused' },
  retry: { kind: 'retry' },
};
const TABLE: Readonly<Record<LinkState['kind'], Record<LinkEvent['kind'], LinkState['kind']>>> = {
  connecting: { greeted: 'open', lost: 'waiting', refused: 'connecting', retry: 'connecting' },
  open: { greeted: 'open', lost: 'waiting', refused: 'open', retry: 'open' },
  waiting: { greeted: 'open', lost: 'waiting', refused: 'stranger', retry: 'connecting' },
  stranger: { greeted: 'open', lost: 'stranger', refused: 'stranger', retry: 'connecting' },
};

describe('the link', () => {
  it('goes from state to state as the table says', () => {
    for (const [state, row] of Object.entries(TABLE)) {
      for (const [event, next] of Object.entries(row)) {
        const step = stepLink(STATES[state as LinkState['kind']], EVENTS[event as LinkEvent['kind']]);
        expect(`${state} ${event} ${step.state.kind}`).toBe(`${state} ${event} ${next}`);
      }
    }
  });

  it('dials only when it leaves a state that has no socket', () => {
    const events = fc.array(fc.constantFrom(...Object.values(EVENTS)), { maxLength: 40 });
    fc.assert(
      fc.property(events, (sequence) => {
        let state: LinkState = { kind: 'connecting', attempt: 0 };
        for (const event of sequence) {
          const before = state.kind;
          const step = stepLink(state, event);
          if (step.effects.some(({ kind }) => kind === 'dial'))
            expect(['waiting', 'stranger']).toContain(before);
          state = step.state;
        }
      }),
    );
  });

  it('waits longer each time, with chance, and never beyond the limit', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const ms = backoffMs(attempt, chance);
        expect(ms).toBeGreaterThanOrEqual(BACKOFF_FIRST_MS / 2);
        expect(ms).toBeLessThanOrEqual(BACKOFF_MAX_MS);
        expect(backoffMs(attempt + 1, chance)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
