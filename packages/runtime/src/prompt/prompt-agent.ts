/**
 * An agent that is only a prompt, and the intents that it may use: no code, some lines of `kai.yaml`.
 *
 * It takes `<name>.ask` with a text, streams what the model says, and calls other agents as the model asks for it.
 */

import { type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import type { MessageHandling } from '../agents/context.ts';
import { type AgentDefinition, defineAgent, defineIntent } from '../agents/definition.ts';
import type { ModelRuntime, ModelTurn } from '../ports/index.ts';
import type { NamePattern } from '../table/name-pattern.ts';
import { chooseModels, mayAskAnother } from './choose-model.ts';
import { toolLoop } from './tool-loop.ts';
import { toolsFrom } from './tools.ts';

export interface PromptAgentSource {
  readonly name: string;
  readonly summary: string;
  /** Who it is and how it works: the model's system prompt. */
  readonly prompt: string;
  /** Intents that it may use as tools. */
  readonly uses: readonly NamePattern[];
  /** Sentences that mean a question to it; the slot is `{text}`. */
  readonly phrases: readonly string[];
  /** The name of the only model that it may use; any when absent. */
  readonly model?: string;
}

/** Questions that one prompt agent works on at the same time: it mostly waits for its model. */
const CONCURRENCY = 8;
const TEXT_LENGTH_MAX = 100_000;

export function promptAgent(source: PromptAgentSource): AgentDefinition {
  return defineAgent({
    name: source.name,
    summary: source.summary,
    concurrency: CONCURRENCY,
    intents: {
      [`${source.name}.ask`]: defineIntent({
        summary: source.summary,
        input: {
          type: 'object',
          properties: { text: { type: 'string', minLength: 1, maxLength: TEXT_LENGTH_MAX } },
          required: ['text'],
          additionalProperties: false,
        },
        phrases: source.phrases,
        handler: ({ text }, handling) => answer(source, text, handling),
      }),
    },
  });
}

async function* answer(
  source: PromptAgentSource,
  text: string,
  handling: MessageHandling,
): AsyncGenerator<JsonValue, JsonValue> {
  const { usable, left } = chooseModels(handling.models, handling.reach, source.model);
  const tried = [...left];
  for (const model of usable) {
    let hasSpoken = false;
    try {
      const parts = ask(source, model, text, handling);
      for (let next = await parts.next(); ; next = await parts.next()) {
        if (next.done) {
          handling.route({ by: 'model', model: model.name, where: model.where, tried });
          return { text: next.value };
        }
        hasSpoken = true;
        yield next.value;
      }
    } catch (error) {
      if (hasSpoken || !mayAskAnother(error)) throw error;
      tried.push({ model: model.name, why: (error as Error).message });
    }
  }
  throw nobodyAnswers(usable.length === 0 && left.length > 0, tried);
}

async function* ask(
  source: PromptAgentSource,
  model: ModelRuntime,
  text: string,
  handling: MessageHandling,
): AsyncGenerator<JsonValue, string> {
  const turns: ModelTurn[] = [
    { role: 'system', text: source.prompt },
    { role: 'user', text },
  ];
  const tools = toolsFrom(handling.capabilities(), source.uses);
  const { clock, signal } = handling;
  const loop = toolLoop({ model, turns, tools, sender: handling, clock, signal });
  for (let next = await loop.next(); ; next = await loop.next()) {
    if (next.done) return next.value;
    yield { ...next.value };
  }
}

function nobodyAnswers(isOutOfReach: boolean, tried: readonly JsonObject[]): KaiError {
  const why = tried.map((one) => `${one.model}: ${one.why}`).join('; ');
  if (isOutOfReach) return new KaiError('REACH_DENIED', `no language model is near enough (${why})`);
  const text = why === '' ? 'there is no language model' : `no language model can answer (${why})`;
  return new KaiError('UNAVAILABLE', `${text}; start Ollama, or name another under models: in kai.yaml`);
}
