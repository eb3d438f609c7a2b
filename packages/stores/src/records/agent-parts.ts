/** What is kept for one agent, as it crosses from a database's thread: flat lists, as in an encoded commit. */

import type { JsonValue } from '@kai/protocol';
import type { AgentRecords, InboxRecord, Settlement, StepRecord } from '@kai/runtime/ports';

export interface AgentParts {
  /** Key, the value's text. */
  readonly state: readonly string[];
  /** Sender, id, message; in the order in which they were accepted. */
  readonly inbox: readonly string[];
  /** Message, position, name, digest, result; by message and position. */
  readonly steps: readonly (string | number)[];
}

/** Time, outcome, answer. */
export type SettlementParts = readonly [at: number, outcome: Settlement['outcome'], answer: string];

export function decodeAgent(agent: string, parts: AgentParts): AgentRecords {
  return {
    state: decodeState(parts.state),
    inbox: decodeInbox(agent, parts.inbox),
    steps: decodeSteps(agent, parts.steps),
  };
}

function decodeState(parts: readonly string[]): Map<string, JsonValue> {
  const state = new Map<string, JsonValue>();
  for (let place = 0; place < parts.length; place += 2) {
    state.set(String(parts[place]), JSON.parse(String(parts[place + 1])) as JsonValue);
  }
  return state;
}

function decodeInbox(agent: string, parts: readonly string[]): InboxRecord[] {
  const inbox: InboxRecord[] = [];
  for (let place = 0; place < parts.length; place += 3) {
    const [from = '', id = '', message = ''] = parts.slice(place, place + 3);
    inbox.push({ agent, id, from, message });
  }
  return inbox;
}

function decodeSteps(agent: string, parts: readonly (string | number)[]): StepRecord[] {
  const steps: StepRecord[] = [];
  for (let place = 0; place < parts.length; place += 5) {
    const [message, position, name, digest, result] = parts.slice(place, place + 5);
    steps.push({
      agent,
      message: String(message),
      position: Number(position),
      name: String(name),
      digest: String(digest),
      result: String(result),
    });
  }
  return steps;
}
