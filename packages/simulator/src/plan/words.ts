/** A plan in words, a line for each message and fault, in the order of their times. */

import type { Fault, Plan, PlannedMessage } from './plan.ts';

/** Lines at most; a plan that was not shrunk has thousands. */
const LINES_MAX = 200;
/** Characters of a payload that are shown. */
const PAYLOAD_SHOWN = 120;

export function inWords(plan: Plan): readonly string[] {
  const byMessage = Map.groupBy(
    plan.faults.filter((fault) => 'message' in fault),
    (fault) => fault.message,
  );
  const told = plan.messages.map((message) => ({
    at: message.at,
    text: [messageInWords(message), ...(byMessage.get(message.id) ?? []).map(faultInWords)].join('; '),
  }));
  for (const fault of plan.faults) {
    if (!('message' in fault)) told.push({ at: 'at' in fault ? fault.at : 0, text: faultInWords(fault) });
  }
  const lines = told.sort((one, other) => one.at - other.at).map(({ text }) => text);
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`];
}

function messageInWords({ id, at, do: how, to, intent, payload, until }: PlannedMessage): string {
  const text = JSON.stringify(payload);
  const shown = text.length > PAYLOAD_SHOWN ? `${text.slice(0, PAYLOAD_SHOWN)}…` : text;
  const level = how === 'deliver' ? ` until ${until}` : '';
  return `${id} at ${ms(at)}: ${how} ${to} ${intent} ${shown}${level}`;
}

function faultInWords(fault: Fault): string {
  switch (fault.kind) {
    case 'delay':
      return `it travels ${ms(fault.byMs)} longer`;
    case 'reorder':
      return `it travels ${ms(fault.byMs)} longer, and later ones overtake it`;
    case 'drop':
      return fault.what === 'message' ? 'it is lost on its way' : 'its answer is lost';
    case 'duplicate':
      return `it arrives again ${ms(fault.afterMs)} later`;
    case 'kill':
      return `${fault.id} at ${ms(fault.at)}: ${fault.node} is killed ${WHEN[fault.when]}, for ${ms(fault.downMs)}`;
    case 'disk':
      return `${fault.id} at ${ms(fault.at)}: the disk of ${fault.node} ${TROUBLE[fault.trouble]} for ${ms(fault.forMs)}`;
    case 'crash':
      return `${fault.id}: the node is killed at crash point ${fault.point}, for ${ms(fault.downMs)}`;
  }
}

const WHEN = {
  now: 'at once',
  write: 'before its next write',
  synced: 'when its next write is synced and nobody knows',
} as const;

const TROUBLE = { slow: 'is slow', full: 'is full', failing: 'fails' } as const;

function ms(time: number): string {
  return `${Math.round(time * 10) / 10} ms`;
}
