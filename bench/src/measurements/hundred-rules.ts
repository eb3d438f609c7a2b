/** A call that the last of a hundred rules routes, beside Moleculer's local call and beside kAI's own without rules. */

import { describeMisfits } from '@kai/protocol';
import { parseRule, type Rule } from '@kai/runtime';
import type { JsonObject } from 'kai';
import { alternate } from '../alternate.ts';
import { sequential } from '../calls.ts';
import { type Measurement, NO_TARGET } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import * as moleculer from '../sides/moleculer.ts';
import { ratios } from '../statistics.ts';

const RULES = 100;

export const hundredRules: Measurement = {
  name: 'hundred-rules',
  async measure(scale) {
    await using ruled = await kai.openNode({ rules: rules() });
    await using plain = await kai.openNode();
    await using peer = await moleculer.openCallee();
    const callees = [kai.calleeOn(ruled), kai.calleeOn(plain), peer];
    const [ours = [], without = [], theirs = []] = await alternate(callees.map(sequential), scale);
    const figure = { unit: 'ratio', target: NO_TARGET } as const;
    return [
      {
        ...figure,
        subject: `local call, the last of ${RULES} rules decides / Moleculer broker.call`,
        samples: ratios(ours, theirs),
        note: `${perSecond(ours)} beside ${perSecond(theirs)}`,
      },
      {
        ...figure,
        subject: `local call, the last of ${RULES} rules decides / without rules`,
        samples: ratios(ours, without),
        note: `${perSecond(ours)} beside ${perSecond(without)}`,
      },
    ];
  },
};

/** Patterns of intents, receivers and senders, some with priorities; only the last rule matches. */
function rules(): Rule[] {
  const misses = Array.from({ length: RULES - 1 }, (_, n) => ({ match: missing(n), to: kai.ADDER }));
  return [...misses, { match: { intent: 'sums.*' }, to: kai.ADDER }].map((source, index) => {
    const parsed = parseRule(source, index);
    if (!parsed.ok) throw new TypeError(describeMisfits(parsed.misfits));
    return parsed.rule;
  });
}

function missing(n: number): JsonObject {
  const kinds = [
    { intent: `other-${n}.*` },
    { to: `kai://bench.there-${n}.>` },
    { from: `kai://bench.here.other-${n}` },
  ];
  return { ...kinds[n % kinds.length], ...(n % 4 === 0 && { priority: ['critical'] }) };
}
