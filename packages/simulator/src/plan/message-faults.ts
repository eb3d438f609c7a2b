/** What goes wrong with one message on its way, drawn from a stream of its own for every kind. */

import type { Chance, Stream } from '../chance/chance.ts';
import type { ChaosName } from '../scenario/scenario.ts';
import type { MessageFault } from './plan.ts';

const DELAY_MS = [20, 1_000] as const;
/** Long enough for the next messages to overtake. */
const REORDER_MS = [5, 60] as const;
const DUPLICATE_AFTER_MS = [0, 400] as const;

export function messageFaults(
  message: string,
  rates: Readonly<Record<ChaosName, number>>,
  chance: Chance,
): MessageFault[] {
  const faults: MessageFault[] = [];
  const perhaps = (kind: MessageFault['kind'], fault: (stream: Stream, id: string) => MessageFault): void => {
    if (rates[kind] === 0) return;
    const stream = chance.stream(`${message} ${kind}`);
    if (stream.happens(rates[kind])) faults.push(fault(stream, `${message}.${kind}`));
  };
  perhaps('delay', (stream, id) => ({ id, kind: 'delay', message, byMs: stream.between(...DELAY_MS) }));
  perhaps('reorder', (stream, id) => ({ id, kind: 'reorder', message, byMs: stream.between(...REORDER_MS) }));
  perhaps('drop', (stream, id) => ({ id, kind: 'drop', message, what: stream.pick(['message', 'answer']) }));
  perhaps('duplicate', (stream, id) => ({
    id,
    kind: 'duplicate',
    message,
    afterMs: stream.between(...DUPLICATE_AFTER_MS),
  }));
  return faults;
}
