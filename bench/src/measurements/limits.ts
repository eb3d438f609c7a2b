/**
 * A call through the router beside the least that a call can be: the handler itself, awaited, and the handler found in
 * a map by its name. These say how much of a call is the language's and how much is kAI's.
 */

import { alternate } from '../alternate.ts';
import { type Callee, Handled, QUESTION, sequential } from '../calls.ts';
import { type Figure, type Measurement, NO_TARGET } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import { ratios } from '../statistics.ts';

export const limits: Measurement = {
  name: 'limits',
  async measure(scale) {
    await using node = await kai.openNode();
    const callees = [kai.calleeOn(node), plainFunction(), mapOfFunctions()];
    const [ours = [], plain = [], mapped = []] = await alternate(callees.map(sequential), scale);
    return [beside('a plain function, awaited', ours, plain), beside('a map of functions', ours, mapped)];
  },
};

function beside(what: string, ours: readonly number[], limit: readonly number[]): Figure {
  return {
    subject: `local call / ${what}`,
    unit: 'ratio',
    samples: ratios(ours, limit),
    target: NO_TARGET,
    note: `${perSecond(ours)} beside ${perSecond(limit)}`,
  };
}

function plainFunction(): Callee {
  const handled = new Handled();
  return { call: async () => handled.answer(QUESTION), handled };
}

function mapOfFunctions(): Callee {
  const handled = new Handled();
  const functions = new Map([[`${kai.ADDER} ${kai.ADD}`, handled.answer]]);
  return {
    call: async () => {
      const found = functions.get(`${kai.ADDER} ${kai.ADD}`);
      if (found === undefined) throw new Error('nobody is there');
      return found(QUESTION);
    },
    handled,
  };
}
