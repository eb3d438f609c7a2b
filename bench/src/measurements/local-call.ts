/** A call through the whole router, one after the other, beside Moleculer's local call. Nothing is checked or traced. */

import { alternate } from '../alternate.ts';
import { sequential } from '../calls.ts';
import { atLeast, type Measurement } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import * as moleculer from '../sides/moleculer.ts';
import { ratios } from '../statistics.ts';

export const localCall: Measurement = {
  name: 'local-call',
  async measure(scale) {
    await using node = await kai.openNode();
    await using peer = await moleculer.openCallee();
    const callees = [kai.calleeOn(node), peer];
    const [ours = [], theirs = []] = await alternate(callees.map(sequential), scale);
    return [
      {
        subject: 'local call / Moleculer broker.call',
        unit: 'ratio',
        samples: ratios(ours, theirs),
        target: atLeast(1.5),
        note: `${perSecond(ours)} beside ${perSecond(theirs)}`,
      },
    ];
  },
};
