/** What is true on this node now, for the table's rules. */

import type { Clock } from '../ports/index.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { Facts } from './condition.ts';
import type { Circumstances } from './table.ts';

/** Facts are put together at most this often: a rule is asked for each message. */
const FACTS_HOLD_MS = 100;

export function liveCircumstances(clock: Clock, registrar: Registrar, outside?: () => Facts): Circumstances {
  let facts: Facts = {};
  let gatheredAt = Number.NEGATIVE_INFINITY;
  return {
    facts: () => {
      const now = clock.monotonic();
      if (now - gatheredAt >= FACTS_HOLD_MS) {
        facts = { load: highestLoad(registrar), ...outside?.() };
        gatheredAt = now;
      }
      return facts;
    },
    moment: () => {
      const local = new Date(clock.now());
      return { day: local.getDay(), minute: local.getHours() * 60 + local.getMinutes() };
    },
  };
}

function highestLoad(registrar: Registrar): number {
  let highest = 0;
  for (const { load } of registrar.all()) highest = Math.max(highest, load);
  return highest;
}
