/**
 * Tool calls out of their pieces: name and id come once, the arguments as text in any number of parts, told apart
 * by `index`.
 *
 * Tolerated, because servers do it: no index (one call after another, a new id begins one), a new id under an old
 * index, arguments as an object, arguments encoded twice, no arguments at all for a tool without parameters.
 */

import {
  findUnsafe,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Parsed,
  parsed,
  problem,
} from '@kai/protocol';
import type { ModelCall } from '@kai/runtime/ports';
import { jsonIn } from '../http/refusal.ts';

/** Calls in one answer. */
const CALLS_MAX = 64;

interface Begun {
  readonly index: number | undefined;
  id: string;
  name: string;
  /** An object only from servers that do not send text. */
  args: string | JsonObject;
}

export class CallAssembly {
  readonly #begun: Begun[] = [];
  readonly #idPrefix: string;

  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  get size(): number {
    return this.#begun.length;
  }

  /** Takes the `tool_calls` of one delta. Returns what is wrong with it. */
  add(pieces: readonly JsonValue[]): string | undefined {
    for (const piece of pieces) {
      if (!isJsonObject(piece)) return 'a piece of a tool call that is no object';
      const call = this.#callOf(piece);
      if (call === undefined) return `more than ${CALLS_MAX} tool calls`;
      const { name, arguments: args } = isJsonObject(piece.function) ? piece.function : {};
      if (typeof name === 'string' && call.name === '') call.name = name;
      if (isJsonObject(args)) call.args = args;
      else if (typeof args === 'string' && typeof call.args === 'string') call.args += args;
    }
    return undefined;
  }

  /** The calls, whole. A problem names the first whose arguments are no JSON object. */
  calls(): Parsed<readonly ModelCall[]> {
    const calls: ModelCall[] = [];
    for (const [place, { id, name, args }] of this.#begun.entries()) {
      const object = argsFrom(args);
      if (name === '' || object === undefined)
        return problem(place, `a call of ${name || 'no tool'} without proper arguments`);
      calls.push({ id: id || `${this.#idPrefix}${place}`, tool: name, args: object });
    }
    return parsed(calls);
  }

  #callOf({ index, id }: JsonObject): Begun | undefined {
    const number = typeof index === 'number' ? index : undefined;
    const name = typeof id === 'string' ? id : '';
    const known =
      number === undefined && name === ''
        ? this.#begun.at(-1)
        : this.#begun.findLast((call) => call.index === number);
    if (known !== undefined && (name === '' || known.id === '' || known.id === name)) {
      known.id ||= name;
      return known;
    }
    if (this.#begun.length === CALLS_MAX) return undefined;
    const call: Begun = { index: number, id: name, name: '', args: '' };
    this.#begun.push(call);
    return call;
  }
}

function argsFrom(args: string | JsonObject): JsonObject | undefined {
  let value: unknown = args;
  if (value === '') value = {};
  for (let decoded = 0; typeof value === 'string' && decoded < 2; decoded += 1) value = jsonIn(value);
  return isJsonObject(value) && findUnsafe(value) === undefined ? value : undefined;
}
