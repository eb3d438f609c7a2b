/**
 * A call with its payload checked against a schema and recorded on the trace, beside a Moleculer call that does
 * neither, and beside one that does both in Moleculer's own way.
 */

import { alternate, type Side } from '../alternate.ts';
import { sequential } from '../calls.ts';
import { atLeast, type Measurement, NO_TARGET, type Scale } from '../measurement.ts';
import { perSecond } from '../report/words.ts';
import * as kai from '../sides/kai-node.ts';
import * as moleculer from '../sides/moleculer.ts';
import { ratios } from '../statistics.ts';

/** Entries that the trace keeps in memory, as a node does by default. */
const TRACE_ENTRIES = 4096;

interface Rates {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export const localCallChecked: Measurement = {
  name: 'local-call-checked',
  async measure(scale) {
    await using node = await kai.openNode({ traceEntries: TRACE_ENTRIES });
    const ours = sequential(kai.calleeOn(node, { checked: true }));
    const plain = await besidePlain(ours, scale);
    const checking = await besideChecking(ours, scale);
    return [
      {
        subject: 'local call with schema and trace / plain Moleculer call',
        unit: 'ratio',
        samples: ratios(plain.ours, plain.theirs),
        target: atLeast(0.5),
        note: `${perSecond(plain.ours)} beside ${perSecond(plain.theirs)}`,
      },
      {
        subject: 'local call with schema and trace / Moleculer call with validator and tracing',
        unit: 'ratio',
        samples: ratios(checking.ours, checking.theirs),
        target: NO_TARGET,
        note: `${perSecond(checking.ours)} beside ${perSecond(checking.theirs)}`,
      },
    ];
  },
};

/** First, and with one broker in the process, because a second one of another kind makes Moleculer's calls slower. */
async function besidePlain(ours: Side, scale: Scale): Promise<Rates> {
  await using peer = await moleculer.openCallee();
  return beside(ours, sequential(peer), scale);
}

async function besideChecking(ours: Side, scale: Scale): Promise<Rates> {
  await using peer = await moleculer.openCallee({ checked: true });
  return beside(ours, sequential(peer), scale);
}

async function beside(one: Side, other: Side, scale: Scale): Promise<Rates> {
  const [ours = [], theirs = []] = await alternate([one, other], scale);
  return { ours, theirs };
}
