/**
 * An agent that is a prompt: some lines of `kai.yaml` become an agent that gives what it is asked to a model.
 *
 * A message goes only to a model within its reach. Without one that is ready the request fails, and says what to do.
 */

import { type JsonObject, type JsonValue, KaiError, mayCross } from '@kai/protocol';
import type { AgentDefinition, IntentDefinition, MessageHandling } from '@kai/runtime';
import type { ModelRuntime } from '@kai/runtime/ports';
import type { AgentEntry } from '../config/config.ts';

type PromptEntry = Extract<AgentEntry, { readonly kind: 'prompt' }>;

/** Prompt agents wait for their model most of the time. */
const CONCURRENCY = 4;
/** Characters of a text that is asked. */
const TEXT_LENGTH_MAX = 200_000;
/** Characters of the prompt that stand for a missing summary. */
const SUMMARY_LENGTH_MAX = 120;

const INPUT = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1, maxLength: TEXT_LENGTH_MAX, description: 'What to work on.' },
  },
} as const;

export function promptAgent(entry: PromptEntry): AgentDefinition {
  const summary = entry.summary ?? firstSentence(entry.prompt);
  const intents = entry.intents.map((name, index): [string, IntentDefinition] => [
    name,
    {
      summary,
      input: INPUT,
      output: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
      ...(index === 0 && entry.phrases.length > 0 ? { phrases: entry.phrases } : {}),
      handler: (input, handling) => answer(entry, name, (input as { readonly text: string }).text, handling),
    },
  ]);
  return { name: entry.name, summary, concurrency: CONCURRENCY, intents: Object.fromEntries(intents) };
}

async function* answer(
  entry: PromptEntry,
  intent: string,
  text: string,
  handling: MessageHandling,
): AsyncGenerator<JsonValue, JsonObject> {
  const model = await chooseModel(entry.model, handling);
  handling.route({
    model: model.name,
    where: model.where,
    why: 'the first model that is ready and within reach',
  });
  const system = entry.intents.length > 1 ? `${entry.prompt}\n\nThe task now: ${intent}` : entry.prompt;
  const turns = [
    { role: 'system', text: system },
    { role: 'user', text },
  ] as const;
  let said = '';
  for await (const event of model.chat({ turns }, handling.signal)) {
    if (event.kind !== 'text') continue;
    said += event.text;
    yield { kind: 'text', text: event.text };
  }
  return { text: said };
}

/** @throws KaiError `UNAVAILABLE` without a ready model, `REACH_DENIED` when all of them reach too far. */
async function chooseModel(name: string | undefined, handling: MessageHandling): Promise<ModelRuntime> {
  const named = handling.models.filter((model) => name === undefined || model.name === name);
  const label = handling.message.context.reach ?? 'device';
  const allowed = named.filter((model) => mayCross(label, model.reach));
  if (allowed.length === 0 && named.length > 0) {
    throw new KaiError('REACH_DENIED', `this message stays within ${label}; ${sayReaches(named)}`);
  }
  for (const model of allowed) {
    if ((await model.health(handling.signal)).ready) return model;
  }
  const what = name === undefined ? 'no model is' : `the model ${name} is not`;
  throw new KaiError('UNAVAILABLE', `${what} ready; start Ollama, or name another under models: in kai.yaml`);
}

function sayReaches(models: readonly ModelRuntime[]): string {
  return models.map((model) => `the model ${model.name} reaches ${model.reach}`).join(', ');
}

function firstSentence(prompt: string): string {
  const [first = ''] = prompt.trim().split(/(?<=[.!?])\s|\n/);
  return first.length > SUMMARY_LENGTH_MAX ? `${first.slice(0, SUMMARY_LENGTH_MAX)}…` : first;
}
