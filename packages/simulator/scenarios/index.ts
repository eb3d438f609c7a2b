/** The scenarios that are run against the runtime, as data: each could stand in a YAML file. */

import type { Scenario } from '../src/index.ts';

/** Entries to three ledgers, with kills in between. */
const counter: Scenario = {
  name: 'counter',
  agents: [
    { name: 'ledger-1', use: 'ledger', pure: true },
    { name: 'ledger-2', use: 'ledger', pure: true },
    { name: 'ledger-3', use: 'ledger', pure: true },
  ],
  workload: [
    {
      do: 'call',
      to: 'ledger-{random:1-3}',
      intent: 'append',
      payload: { entry: '{n}' },
      count: 50,
      everyMs: 8,
    },
  ],
  chaos: { kill: 2 },
};

/** Transfers between three accounts: the sum must stay. */
const transfers: Scenario = {
  name: 'transfers',
  agents: [
    { name: 'account-1', use: 'account', settings: { opening: 100 } },
    { name: 'account-2', use: 'account', settings: { opening: 100 } },
    { name: 'account-3', use: 'account', settings: { opening: 100 } },
    { name: 'auditor' },
  ],
  workload: [
    {
      do: 'deliver',
      to: 'account-{random:1-3}',
      intent: 'transfer',
      payload: { to: 'account-{random:1-3}', amount: '{random:1-20}' },
      count: 40,
      everyMs: 8,
    },
  ],
  chaos: { kill: 2, drop: 0.05, duplicate: 0.05 },
  expect: [
    {
      agent: 'auditor',
      intent: 'total',
      payload: { accounts: ['account-1', 'account-2', 'account-3'] },
      equals: 300,
    },
  ],
};

/** Reminders that fall due while the node is up and while it is down. */
const reminders: Scenario = {
  name: 'reminders',
  agents: [{ name: 'reminder' }],
  workload: [
    {
      do: 'deliver',
      to: 'reminder',
      intent: 'remind',
      payload: { n: '{n}', inMs: '{random:1-600}' },
      count: 20,
      everyMs: 20,
    },
  ],
  chaos: { kill: 2 },
  durationMs: 1_000,
};

/** Acknowledged once on disk, handled when there is time. */
const durable: Scenario = {
  name: 'durable',
  agents: [{ name: 'ledger', pure: true }],
  workload: [
    {
      do: 'deliver',
      until: 'durable',
      to: 'ledger',
      intent: 'append',
      payload: { entry: '{n}' },
      count: 50,
      everyMs: 4,
    },
  ],
  chaos: { kill: 3, delay: 0.1, reorder: 0.1, duplicate: 0.1 },
};

/** Entries and reminders on two nodes whose disks are slow, full and failing in turn. */
const trouble: Scenario = {
  name: 'trouble',
  nodes: ['hub', 'attic'],
  agents: [
    { name: 'ledger', node: 'hub', pure: true },
    { name: 'reminder', node: 'attic' },
  ],
  workload: [
    { do: 'call', to: 'ledger', intent: 'append', payload: { entry: '{n}' }, count: 30, everyMs: 20 },
    {
      do: 'call',
      to: 'reminder',
      intent: 'remind',
      payload: { n: '{n}', inMs: '{random:1-600}' },
      count: 20,
      everyMs: 30,
    },
  ],
  chaos: { kill: 2, delay: 0.1, drop: 0.05, reorder: 0.1, disk: 3 },
};

/** Errands of several steps, interrupted: each step's effect happens once. */
const errands: Scenario = {
  name: 'errands',
  agents: [
    { name: 'errand' },
    { name: 'ledger-1', use: 'ledger', pure: true },
    { name: 'ledger-2', use: 'ledger', pure: true },
  ],
  workload: [
    {
      do: 'deliver',
      until: 'durable',
      to: 'errand',
      intent: 'run',
      payload: { n: '{n}' },
      count: 10,
      everyMs: 30,
    },
  ],
  chaos: { kill: 3 },
  durationMs: 600,
  expect: [
    { agent: 'ledger-1', intent: 'read', contains: { sum: 45 } },
    { agent: 'ledger-2', intent: 'read', contains: { sum: 45 } },
  ],
};

export const SCENARIOS: readonly Scenario[] = [counter, transfers, reminders, durable, trouble, errands];
