/** The loops that drive both sides of a comparison: they count right, and a lost or wrong answer is no rate. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { alternate } from '../src/alternate.ts';
import { type Callee, Handled, inFlight, inFlightTimes, QUESTION, sequential } from '../src/calls.ts';

const MS = 5;

function working(): Callee {
  const handled = new Handled();
  return { call: () => handled.answerLater(QUESTION), handled };
}

describe.each([
  ['one after the other', sequential],
  ['in flight', (callee: Callee) => inFlight(callee, 8)],
] as const)('calls %s', (_, sideOf) => {
  it('have a rate when each is answered', async () => {
    expect(await sideOf(working())(MS)).toBeGreaterThan(0);
  });

  it('have none when an answer comes without the handler', async () => {
    const lost = { call: async () => ({ sum: 1 }), handled: new Handled() };
    await expect(sideOf(lost)(MS)).rejects.toThrow('0 calls were handled');
  });

  it('have none when an answer is wrong', async () => {
    const { handled } = working();
    const wrong = { call: async () => ({ ...handled.answer(QUESTION), sum: 2 }), handled };
    await expect(sideOf(wrong)(MS)).rejects.toThrow('answered rightly');
  });
});

describe('a fixed number of calls', () => {
  it('is made exactly, also when it is no multiple of the width', async () => {
    const callee = working();
    await inFlightTimes(callee, 8, 21);
    expect(callee.handled.count).toBe(21);
  });
});

// Measuring processes have it from their command line.
setFlagsFromString('--expose-gc');
globalThis.gc ??= runInNewContext('gc');

describe('alternate', () => {
  it('gives each side one rate a round, and takes turns', async () => {
    const turns: string[] = [];
    const side = (name: string, rate: number) => async () => {
      turns.push(name);
      return rate;
    };
    const rates = await alternate([side('ours', 6), side('theirs', 3)], { rounds: 2, roundMs: MS, share: 1 });
    expect(rates).toEqual([
      [6, 6],
      [3, 3],
    ]);
    expect(turns.join(' ')).toMatch(/^(ours theirs ?)+$/);
  });
});
