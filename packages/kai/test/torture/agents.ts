/** The agents that are tortured: a ledger, and accounts that pay each other and it. All they do is durable. */

import { address, type NodeAddress } from '@kai/protocol';
import { defineAgent, defineIntent } from '@kai/runtime';

/** The node that they are on. Sound because an address of two labels is a node's. */
export const NODE = address('kai://torture.hub') as NodeAddress;
export const ACCOUNTS = 8;
/** Coins that each account begins with. What it has may fall below 0. */
export const OPENING = 1_000;
/** Entries in one value of the ledger's state: an agent has at most 100,000 keys. */
const BLOCK = 100;

const number = { type: 'number' } as const;

/** Where entry `n` is counted. */
export function blockOf(n: number): string {
  return `entries/${Math.floor(n / BLOCK)}`;
}

/** Counts how often each number was entered, and keeps the coins that came with them. */
export const ledger = defineAgent({
  name: 'ledger',
  summary: 'Counts entries.',
  intents: {
    enter: defineIntent({
      summary: 'Counts an entry.',
      effect: 'write',
      input: { type: 'object', properties: { n: number, coins: number }, required: ['n', 'coins'] },
      handler({ n, coins }, { state }) {
        const block = (state.get(blockOf(n)) ?? {}) as Record<string, number>;
        state.set(blockOf(n), { ...block, [n]: (block[n] ?? 0) + 1 });
        state.set('till', Number(state.get('till') ?? 0) + coins);
        return { n };
      },
    }),
  },
});

export const account = defineAgent({
  name: 'account',
  summary: 'Holds coins.',
  intents: {
    pay: defineIntent({
      summary: 'Gives coins to another account, which enters that.',
      effect: 'write',
      input: {
        type: 'object',
        properties: { n: number, to: number, coins: number },
        required: ['n', 'to', 'coins'],
      },
      handler({ n, to, coins }, handling) {
        const { state, node } = handling;
        state.set('coins', Number(state.get('coins') ?? OPENING) - coins);
        handling.send(`${node.text}.account-${to}`, 'credit', { n, coins });
        return { n };
      },
    }),
    credit: defineIntent({
      summary: 'Takes coins, and enters that.',
      effect: 'write',
      input: { type: 'object', properties: { n: number, coins: number }, required: ['n', 'coins'] },
      handler({ n, coins }, handling) {
        const { state, node } = handling;
        state.set('coins', Number(state.get('coins') ?? OPENING) + coins);
        handling.send(`${node.text}.ledger`, 'enter', { n, coins: 0 });
      },
    }),
    spend: defineIntent({
      summary: 'Gives coins to the ledger, and waits until it has them.',
      effect: 'write',
      input: { type: 'object', properties: { n: number, coins: number }, required: ['n', 'coins'] },
      async handler({ n, coins }, handling) {
        const { state, node } = handling;
        await handling.call(`${node.text}.ledger`, 'enter', { n, coins });
        state.set('coins', Number(state.get('coins') ?? OPENING) - coins);
        return { n };
      },
    }),
  },
});
