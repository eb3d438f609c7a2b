/** Calls of which 64 are under way at a time, to handlers that really wait for something, beside Moleculer's. */

import { alternate } from '../alternate.ts';
import { inFlight } from '../calls.ts';
import { type Measurement, NO_TARGET } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import * as moleculer from '../sides/moleculer.ts';
import { ratios } from '../statistics.ts';

const WIDTH = 64;

export const callsInFlight: Measurement = {
  name: 'in-flight',
  async measure(scale) {
    await using node = await kai.openNode();
    const traits = { waiting: WIDTH };
    await using peer = await moleculer.openCallee(traits);
    const callees = [kai.calleeOn(node, traits), peer];
    const sides = callees.map((callee) => inFlight(callee, WIDTH));
    const [ours = [], theirs = []] = await alternate(sides, scale);
    return [
      {
        subject: `local calls, ${WIDTH} in flight / Moleculer's`,
        unit: 'ratio',
        samples: ratios(ours, theirs),
        target: NO_TARGET,
        note: `${perSecond(ours)} beside ${perSecond(theirs)}`,
      },
    ];
  },
};
