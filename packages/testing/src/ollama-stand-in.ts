/**
 * A stand-in for Ollama that follows its written API (ollama/ollama api/types.go and server/routes.go, August 2026)
 * and refuses what the real one refuses: wrong types, unknown models, tools for a model that has none.
 *
 * The real one decodes into typed structures, so a text where an object belongs is a 400; unknown members pass.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';
import type { RecordedRequest, Script, ScriptStep } from './model-script.ts';
import { type Answer, StandInServer, type Voice } from './stand-in-server.ts';

export interface OllamaModel {
  readonly name: string;
  /** `completion`, `tools`, `embedding`, …; nothing for a version that does not tell. */
  readonly capabilities?: readonly string[];
  readonly family?: string;
  /** Where the model really runs, for one that does not run here. */
  readonly remoteHost?: string;
}

export interface OllamaStandInOptions {
  readonly models: readonly OllamaModel[];
  /** What `/api/chat` answers once the request is found proper. */
  readonly script?: Script;
  readonly version?: string;
  /** Answers are written in pieces of so many bytes. */
  readonly pieceBytes?: number;
}

export async function startOllamaStandIn(options: OllamaStandInOptions): Promise<StandInServer> {
  return StandInServer.start((request, answer) => answerTo(request, answer, options), options.pieceBytes);
}

async function answerTo(
  request: RecordedRequest,
  answer: Answer,
  options: OllamaStandInOptions,
): Promise<void> {
  const { models, version = '0.15.2', script = () => [] } = options;
  const { body } = request;
  switch (`${request.method} ${request.path}`) {
    case 'GET /':
      return answer.body(200, 'text/plain; charset=utf-8', 'Ollama is running');
    case 'GET /api/version':
      return answer.json(200, { version });
    case 'GET /api/tags':
      return answer.json(200, {
        models: models.map((model) => ({ ...about(model), name: model.name, model: model.name })),
      });
    case 'POST /api/show':
    case 'POST /api/chat':
    case 'POST /api/embed':
      break;
    default:
      return answer.body(404, 'text/plain', '404 page not found');
  }
  const wrong = isJsonObject(body) ? misfitOf(body) : 'missing request body';
  if (wrong !== undefined || !isJsonObject(body)) return answer.json(400, { error: wrong ?? '' });
  const model = models.find(({ name }) => name === body.model || name === `${body.model}:latest`);
  if (model === undefined) return answer.json(404, { error: `model '${body.model}' not found` });
  if (request.path === '/api/show')
    return answer.json(200, { ...about(model), capabilities: model.capabilities ?? null, model_info: {} });
  if (request.path === '/api/embed') return embed(body, answer);
  const lacking = lackOf(model, body);
  if (lacking !== undefined) return answer.json(400, { error: lacking });
  await answer.play(script(request), ollamaVoice(model));
}

function about({ family = 'qwen3', remoteHost, name }: OllamaModel): JsonObject {
  return {
    modified_at: '2026-08-21T18:48:22Z',
    details: {
      parent_model: '',
      format: 'gguf',
      family,
      families: [family],
      parameter_size: '4B',
      quantization_level: 'Q4_K_M',
    },
    ...(remoteHost === undefined ? {} : { remote_host: remoteHost, remote_model: name }),
  };
}

function lackOf(
  { name, capabilities = ['completion', 'tools'] }: OllamaModel,
  { tools }: JsonObject,
): string | undefined {
  if (!capabilities.includes('completion')) return `"${name}" does not support chat`;
  const wantsTools = Array.isArray(tools) && tools.length > 0;
  return wantsTools && !capabilities.includes('tools')
    ? `registry.ollama.ai/library/${name} does not support tools`
    : undefined;
}

/** Vectors of eight numbers, the same for the same text. */
function embed({ model, input = [] }: JsonObject, answer: Answer): void {
  const texts = typeof input === 'string' ? [input] : input;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) {
    return answer.json(400, { error: 'invalid input type' });
  }
  answer.json(200, { model: model ?? '', embeddings: texts.map(standInVector), total_duration: 14_143_917 });
}

/** A vector of eight numbers for a text: the same for the same text, different for most others. */
export function standInVector(text: string): readonly number[] {
  const vector = Array.from({ length: 8 }, (_, index) => index / 8);
  for (let at = 0; at < text.length; at += 1)
    vector[at % 8] = (vector[at % 8] ?? 0) + text.charCodeAt(at) / 1024;
  return vector;
}

/** What the real one says when a member cannot be decoded into its structure. */
function misfitOf(body: JsonObject): string | undefined {
  const { model, messages = [], tools = [], stream = true, options = {}, think = true } = body;
  if (model === undefined || model === '') return 'model is required';
  const members: readonly (readonly [string, boolean])[] = [
    ['model', typeof model === 'string'],
    ['stream', typeof stream === 'boolean'],
    ['think', typeof think === 'boolean' || typeof think === 'string'],
    ['options', isJsonObject(options) && Object.values(options).every((value) => typeof value === 'number')],
    ['messages', Array.isArray(messages) && messages.every(isMessage)],
    ['tools', Array.isArray(tools) && tools.every(isTool)],
  ];
  const wrong = members.find(([, fits]) => !fits);
  return wrong === undefined
    ? undefined
    : `json: cannot unmarshal into Go struct field ChatRequest.${wrong[0]}`;
}

function isMessage(message: JsonValue): boolean {
  if (!isJsonObject(message)) return false;
  const { role, content = '', tool_calls: calls = [], tool_name: tool = '', tool_call_id: id = '' } = message;
  const texts = [role, content, tool, id].every((text) => typeof text === 'string');
  const roles = ['system', 'user', 'assistant', 'tool'];
  return texts && roles.includes(role as string) && Array.isArray(calls) && calls.every(isCall);
}

function isCall(call: JsonValue): boolean {
  if (!isJsonObject(call) || !isJsonObject(call.function)) return false;
  const { name, arguments: args, index = 0 } = call.function;
  return typeof name === 'string' && isJsonObject(args) && typeof index === 'number';
}

function isTool(tool: JsonValue): boolean {
  if (!isJsonObject(tool) || tool.type !== 'function' || !isJsonObject(tool.function)) return false;
  const { name, description = '', parameters } = tool.function;
  return typeof name === 'string' && typeof description === 'string' && isJsonObject(parameters);
}

function ollamaVoice({ name, remoteHost }: OllamaModel): Voice {
  let calls = 0;
  const line = (members: JsonObject) =>
    `${JSON.stringify({ model: name, created_at: '2026-11-22T08:00:00.1Z', ...remote, ...members })}\n`;
  const remote = remoteHost === undefined ? {} : { remote_model: name, remote_host: remoteHost };
  const message = (more: JsonObject) =>
    line({ message: { role: 'assistant', content: '', ...more }, done: false });
  return {
    contentType: 'application/x-ndjson',
    say(step: ScriptStep) {
      switch (step.kind) {
        case 'text':
          return message({ content: step.text });
        case 'call': {
          const called = { name: step.tool, arguments: step.args, index: calls++ };
          return message({
            tool_calls: [{ ...(step.id === undefined ? {} : { id: step.id }), function: called }],
          });
        }
        case 'end':
          return line({
            message: { role: 'assistant', content: '' },
            done: true,
            done_reason: step.reason ?? 'stop',
            ...counts(step.tokens),
          });
        case 'error':
          return `${JSON.stringify({ error: step.message })}\n`;
        case 'raw':
          return step.text;
        default:
          return '';
      }
    },
    refuse: (_status, said) => ({
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({ error: said }),
    }),
  };
}

/** Durations are nanoseconds. */
function counts(tokens = 0): JsonObject {
  return {
    total_duration: 4_883_583_458,
    load_duration: 1_334_875,
    prompt_eval_count: 26,
    prompt_eval_duration: 342_546_000,
    eval_count: tokens,
    eval_duration: 4_535_599_000,
  };
}
