/** Runs the body of a command with a connection to the node that is meant, and closes it afterwards. */

import { type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import { CommandError } from './command-error.ts';
import { findNode } from './find-node.ts';
import { type Live, memberObject, openLive } from './live.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command has which talks to a node. */
export interface NodeChoice {
  /** `--node`. */
  readonly node?: string;
  /** `--json`. */
  readonly json?: boolean;
}

export async function withNode<T>(
  choice: NodeChoice,
  terminal: Terminal,
  body: (live: Live) => Promise<T>,
): Promise<T> {
  const { node, token } = await findNode(choice.node, terminal);
  await using live = await connect(node.url, token, terminal);
  return await body(live);
}

/** Asks the node, or an agent, for something small and returns the answer's payload. */
export async function askFor(
  live: Live,
  terminal: Terminal,
  to: string,
  intent: string,
  payload: JsonObject = {},
): Promise<JsonObject> {
  const reply = await live.ask({ to, intent, payload }, { signal: terminal.interrupted });
  return memberObject(reply.payload);
}

/** The list that an answer holds under `key`; whatever is no object is left out. */
export function listOf(answer: JsonObject, key: string): readonly JsonObject[] {
  const list: JsonValue | undefined = answer[key];
  return Array.isArray(list) ? list.map(memberObject) : [];
}

/** A value as text for people; nothing for what is not there. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function connect(url: string, token: string, terminal: Terminal): Promise<Live> {
  try {
    return await openLive({ url, token, signal: terminal.interrupted });
  } catch (error) {
    if (!(error instanceof KaiError) || error.code !== 'UNREACHABLE' || terminal.interrupted.aborted)
      throw error;
    throw new CommandError('noNode', `The node at ${url} does not answer: ${error.message}`, {
      cause: error,
    });
  }
}
