/** Scenarios of the tests: each gives a planted defect room to show. */

import { SCENARIOS } from '../scenarios/index.ts';
import type { Scenario } from '../src/index.ts';

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`no scenario ${name}`);
  return found;
}

/** So small that each of its crash points can be tried. */
export const TINY: Scenario = {
  name: 'tiny',
  agents: [
    { name: 'account-1', use: 'account', settings: { opening: 10 } },
    { name: 'account-2', use: 'account', settings: { opening: 10 } },
    { name: 'ledger', pure: true },
    { name: 'reminder' },
    { name: 'auditor' },
  ],
  workload: [
    { do: 'deliver', to: 'account-1', intent: 'transfer', payload: { to: 'account-2', amount: 3 }, count: 2 },
    { do: 'deliver', until: 'durable', to: 'ledger', intent: 'append', payload: { entry: '{n}' }, count: 3 },
    { do: 'call', to: 'reminder', intent: 'remind', payload: { n: '{n}', inMs: 20 }, count: 2 },
  ],
  expect: [
    {
      agent: 'auditor',
      intent: 'total',
      payload: { accounts: ['account-1', 'account-2'] },
      equals: 20,
    },
    { agent: 'ledger', intent: 'read', contains: { sum: 3 } },
  ],
};
