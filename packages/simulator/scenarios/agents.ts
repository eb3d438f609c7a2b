/** The agents of the scenarios: small, and strict about what they keep. */

import type { JsonValue } from '@kai/protocol';
import { type AgentDefinition, defineAgent, defineIntent } from '@kai/runtime';

const number = { type: 'number' } as const;

/** Keeps entries in the order in which they came. */
const ledger = defineAgent({
  name: 'ledger',
  summary: 'Keeps entries in order.',
  intents: {
    append: defineIntent({
      summary: 'Adds an entry.',
      effect: 'write',
      input: { type: 'object', properties: { entry: number }, required: ['entry'] },
      handler({ entry }, { state }) {
        const count = numberAt(state.get('count'));
        state.set(`entry/${count}`, entry);
        state.set('count', count + 1);
        state.set('sum', numberAt(state.get('sum')) + entry);
        return { count: count + 1 };
      },
    }),
    read: defineIntent({
      summary: 'What it keeps.',
      handler: (_, { state }) => ({
        sum: numberAt(state.get('sum')),
        entries: [...state.entries('entry/')].map(([, entry]) => entry),
      }),
    }),
  },
});

/** Holds money and passes it on to its neighbours. */
const account = defineAgent({
  name: 'account',
  summary: 'Holds money.',
  settings: { type: 'object', properties: { opening: number } },
  intents: {
    transfer: defineIntent({
      summary: 'Takes an amount from here and tells another account to add it.',
      effect: 'write',
      input: {
        type: 'object',
        properties: { to: { type: 'string' }, amount: number },
        required: ['to', 'amount'],
      },
      handler({ to, amount }, handling) {
        const { state, settings, node } = handling;
        state.set('balance', balance(state.get('balance'), settings) - amount);
        handling.send(`${node.text}.${to}`, 'credit', { amount });
      },
    }),
    credit: defineIntent({
      summary: 'Adds an amount.',
      effect: 'write',
      input: { type: 'object', properties: { amount: number }, required: ['amount'] },
      handler({ amount }, { state, settings }) {
        state.set('balance', balance(state.get('balance'), settings) + amount);
      },
    }),
    balance: defineIntent({
      summary: 'What is there.',
      handler: (_, { state, settings }) => balance(state.get('balance'), settings),
    }),
  },
});

/** Adds up what accounts hold. */
const auditor = defineAgent({
  name: 'auditor',
  summary: 'Adds up accounts.',
  intents: {
    total: defineIntent({
      summary: 'The sum of what these accounts hold.',
      input: {
        type: 'object',
        properties: { accounts: { type: 'array', items: { type: 'string' } } },
        required: ['accounts'],
      },
      async handler({ accounts }, handling) {
        let total = 0;
        for (const name of accounts) {
          total += numberAt(await handling.call(`${handling.node.text}.${name}`, 'balance'));
        }
        return total;
      },
    }),
  },
});

/** Rings once for each reminder. */
const reminder = defineAgent({
  name: 'reminder',
  summary: 'Rings later.',
  intents: {
    remind: defineIntent({
      summary: 'Sets a reminder.',
      effect: 'write',
      input: { type: 'object', properties: { n: number, inMs: number }, required: ['n', 'inMs'] },
      handler({ n, inMs }, { timers, clock, state }) {
        timers.set({ name: `r${n}`, due: clock.now() + inMs, intent: 'ring', payload: { n } });
        state.set(`set/${n}`, true);
      },
    }),
    ring: defineIntent({
      summary: 'A reminder is due.',
      effect: 'write',
      internal: true,
      input: { type: 'object', properties: { n: number }, required: ['n'] },
      handler({ n }, { state }) {
        state.set(`rung/${n}`, numberAt(state.get(`rung/${n}`)) + 1);
      },
    }),
  },
});

/** Does two things one after the other, with a rest between them, whatever happens meanwhile. */
const errand = defineAgent({
  name: 'errand',
  summary: 'Writes to one ledger, rests, and writes to another.',
  intents: {
    run: defineIntent({
      summary: 'Runs one errand.',
      effect: 'write',
      input: { type: 'object', properties: { n: number }, required: ['n'] },
      async handler({ n }, handling) {
        const append = (name: string) => (): Promise<JsonValue> =>
          handling.call(`${handling.node.text}.${name}`, 'append', { entry: n });
        await handling.step('first', append('ledger-1'));
        await handling.sleep('rest', 30);
        await handling.step('second', append('ledger-2'));
        handling.state.set(`done/${n}`, true);
      },
    }),
  },
});

const DEFINITIONS: Readonly<Record<string, AgentDefinition>> = {
  ledger,
  account,
  auditor,
  reminder,
  errand,
};

/** @throws RangeError for an agent that is not here. */
export function resolve(name: string): AgentDefinition {
  const definition = DEFINITIONS[name];
  if (definition === undefined) throw new RangeError(`the scenarios have no agent ${name}`);
  return definition;
}

function numberAt(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function balance(kept: JsonValue | undefined, settings: { readonly opening?: JsonValue }): number {
  return typeof kept === 'number' ? kept : numberAt(settings.opening);
}
