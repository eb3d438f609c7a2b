/** A timer as one line of JSON, in a fixed order that is part of the file format. */

import type { JsonValue } from '@kai/protocol';
import type { TimerRecord } from '@kai/runtime/ports';

type TimerFields = [agent: string, name: string, due: number, intent: string, payload: JsonValue];

/** Undefined when the payload has no JSON form. */
export function encodeTimer({ agent, name, due, intent, payload }: TimerRecord): string | undefined {
  if (JSON.stringify(payload) === undefined) return undefined;
  const fields: TimerFields = [agent, name, due, intent, payload];
  return JSON.stringify(fields);
}

/** The reverse of {@link encodeTimer}, for text whose checksum was verified. */
export function decodeTimer(text: string): TimerRecord {
  const [agent, name, due, intent, payload] = JSON.parse(text) as TimerFields;
  return { agent, name, due, intent, payload };
}

/** Soonest first; names decide between timers of the same moment. */
export function compareTimers(a: TimerRecord, b: TimerRecord): number {
  if (a.due !== b.due) return a.due - b.due;
  if (a.agent !== b.agent) return a.agent < b.agent ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
