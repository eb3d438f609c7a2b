/** The process of one measurement: `measured-process.ts <name> <scale as JSON>`, started by {@link measureApart}. */

import { inspect } from 'node:util';
import type { Outcome } from './measure-apart.ts';
import type { Scale } from './measurement.ts';
import { MEASUREMENTS } from './measurements/index.ts';

const [name = '', scale = ''] = process.argv.slice(2);
const outcome = await measured(name, JSON.parse(scale) as Scale);
process.send?.(outcome, () => process.exit());

async function measured(name: string, scale: Scale): Promise<Outcome> {
  try {
    const load = MEASUREMENTS[name];
    if (load === undefined) throw new TypeError(`there is no measurement ${name}`);
    const measurement = await load();
    const found = await measurement.measure(scale);
    return 'notMeasured' in found
      ? { kind: 'not-measured', reason: found.notMeasured }
      : { kind: 'measured', figures: found };
  } catch (error) {
    return { kind: 'broken', reason: inspect(error) };
  }
}
