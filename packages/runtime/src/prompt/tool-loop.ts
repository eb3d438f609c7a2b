/**
 * A conversation between a model and the agents: the model speaks or calls, what it calls becomes a message, the
 * answer goes back to it, until it has nothing more to call.
 *
 * Rounds are bounded. A call that fails is told to the model with its reason, so that it can mend it; so is a
 * call of a tool that does not exist.
 */

import { isJsonObject, type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import type { Sender } from '../agents/context.ts';
import type { Clock, ModelCall, ModelRuntime, ModelTurn } from '../ports/index.ts';
import type { IntentTool } from './tools.ts';

/** Times that the model may speak for one answer. */
export const ROUNDS_MAX = 8;
/** Calls in one round. */
const CALLS_MAX = 16;
/** Characters of an answer that the model gets to see. */
const RESULT_LENGTH_MAX = 16_000;

export type LoopEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'step'; readonly intent: string; readonly to: string; readonly status: 'started' }
  | {
      readonly kind: 'step';
      readonly intent: string;
      readonly to: string;
      readonly status: 'done' | 'failed';
      readonly tookMs: number;
      /** What the agent answered; its error when it failed. */
      readonly answer: JsonValue;
    };

export interface LoopRequest {
  readonly model: ModelRuntime;
  readonly turns: readonly ModelTurn[];
  readonly tools: ReadonlyMap<string, IntentTool>;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Yields what happens; returns the whole text. @throws KaiError of the model when it fails. */
export async function* toolLoop(request: LoopRequest): AsyncGenerator<LoopEvent, string> {
  const turns = [...request.turns];
  let whole = '';
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    // In the last round there is nothing to call, so that it ends with an answer.
    const { text, calls } = yield* speak(request, turns, round < ROUNDS_MAX);
    whole += text;
    if (calls.length === 0) return whole;
    turns.push({ role: 'assistant', text, calls });
    for (const call of calls) turns.push(yield* perform(request, call));
    if (text !== '') whole += '\n\n';
  }
  return whole;
}

async function* speak(
  { model, tools, signal }: LoopRequest,
  turns: readonly ModelTurn[],
  mayCall: boolean,
): AsyncGenerator<LoopEvent, { text: string; calls: ModelCall[] }> {
  const offered = mayCall ? Array.from(tools.values(), ({ tool }) => tool) : [];
  const calls: ModelCall[] = [];
  let text = '';
  for await (const event of model.chat({ turns, ...(offered.length > 0 && { tools: offered }) }, signal)) {
    if (event.kind === 'text') {
      text += event.text;
      yield event;
    } else if (event.kind === 'call' && calls.length < CALLS_MAX) calls.push(event.call);
  }
  return { text, calls };
}

async function* perform(request: LoopRequest, call: ModelCall): AsyncGenerator<LoopEvent, ModelTurn> {
  const { tools, sender, clock, signal } = request;
  const tool = tools.get(call.tool);
  if (tool === undefined) return toolTurn(call, { error: `there is no tool ${call.tool}` });
  const step = { kind: 'step', intent: tool.intent, to: tool.to } as const;
  yield { ...step, status: 'started' };
  const begun = clock.monotonic();
  try {
    const answer = await sender.call(tool.to, tool.intent, tool.payload(call.args), { signal });
    yield { ...step, status: 'done', tookMs: clock.monotonic() - begun, answer };
    return toolTurn(call, answer);
  } catch (error) {
    signal.throwIfAborted();
    const answer = describe(error);
    yield { ...step, status: 'failed', tookMs: clock.monotonic() - begun, answer };
    return toolTurn(call, answer);
  }
}

function toolTurn(call: ModelCall, answer: JsonValue): ModelTurn {
  const text = isJsonObject(answer) || Array.isArray(answer) ? JSON.stringify(answer) : String(answer);
  return { role: 'tool', callId: call.id, tool: call.tool, text: text.slice(0, RESULT_LENGTH_MAX) };
}

function describe(error: unknown): JsonObject {
  if (error instanceof KaiError) return { error: error.message, code: error.code };
  return { error: error instanceof Error ? error.message : String(error) };
}
