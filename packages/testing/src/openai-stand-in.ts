/**
 * A stand-in for servers that follow OpenAI's chat API, which refuses what the real ones refuse: unknown members,
 * arguments that are no text, tool results that answer no call, a wrong key.
 *
 * Dialects differ in how they say errors: `mlc` encodes them twice, `flat` is the older vLLM.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';
import type { RecordedRequest, Script, ScriptStep } from './model-script.ts';
import { standInVector } from './ollama-stand-in.ts';
import { type Answer, StandInServer, type Voice } from './stand-in-server.ts';

export interface OpenAiStandInOptions {
  readonly models: readonly string[];
  /** What `/v1/chat/completions` answers once the request is found proper. */
  readonly script?: Script;
  /** Wanted as a bearer token when it is given. */
  readonly apiKey?: string;
  readonly dialect?: 'openai' | 'mlc' | 'flat';
  /** Who is named as the owner of the models: `llamacpp` for llama-server. */
  readonly ownedBy?: string;
  /** Answers are written in pieces of so many bytes. */
  readonly pieceBytes?: number;
}

type Refusal = readonly [status: number, message: string];

export async function startOpenAiStandIn(options: OpenAiStandInOptions): Promise<StandInServer> {
  return StandInServer.start((request, answer) => answerTo(request, answer, options), options.pieceBytes);
}

async function answerTo(
  request: RecordedRequest,
  answer: Answer,
  options: OpenAiStandInOptions,
): Promise<void> {
  const voice = openAiVoice(request.body, options.dialect ?? 'openai');
  const refused = refusalOf(request, options);
  if (refused !== undefined) {
    const { contentType, body } = voice.refuse(...refused);
    return answer.body(refused[0], contentType, body);
  }
  if (request.path === '/v1/models')
    return answer.json(200, { object: 'list', data: options.models.map((id) => listed(id, options)) });
  if (request.path === '/v1/embeddings') return answer.json(200, embeddings(request.body as JsonObject));
  await answer.play(options.script?.(request) ?? [], voice);
}

function listed(id: string, { ownedBy = 'stand-in' }: OpenAiStandInOptions): JsonObject {
  return { id, object: 'model', created: 1_750_000_000, owned_by: ownedBy };
}

function refusalOf(request: RecordedRequest, { apiKey, models }: OpenAiStandInOptions): Refusal | undefined {
  const { method, path, headers, body } = request;
  const routes = ['GET /v1/models', 'POST /v1/chat/completions', 'POST /v1/embeddings'];
  if (!routes.includes(`${method} ${path}`)) return [404, 'Not Found'];
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) {
    return [401, `Incorrect API key provided: ${String(headers.authorization).replace('Bearer ', '')}.`];
  }
  if (method === 'GET') return undefined;
  if (!isJsonObject(body)) return [400, 'We could not parse the JSON body of your request.'];
  const wrong = path === '/v1/embeddings' ? misfitOfEmbeddings(body) : misfitOfChat(body);
  if (wrong !== undefined) return [400, wrong];
  if (typeof body.model === 'string' && models.includes(body.model)) return undefined;
  return [404, `The model \`${body.model}\` does not exist or you do not have access to it.`];
}

const CHAT_MEMBERS = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'max_tokens',
  'max_completion_tokens',
];

function misfitOfChat(body: JsonObject): string | undefined {
  const unknown = Object.keys(body).find((key) => !CHAT_MEMBERS.includes(key));
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`;
  const { messages, tools } = body;
  if (!Array.isArray(messages) || messages.length === 0) return "Invalid 'messages': empty array.";
  if (body.stream !== true && body.stream_options !== undefined) return "'stream_options' needs 'stream'.";
  if (tools !== undefined && (!Array.isArray(tools) || tools.length === 0 || !tools.every(isTool)))
    return "Invalid 'tools'.";
  return misfitOfMessages(messages);
}

function isTool(tool: JsonValue): boolean {
  if (!isJsonObject(tool) || tool.type !== 'function' || !isJsonObject(tool.function)) return false;
  const { name, parameters } = tool.function;
  return typeof name === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(name) && isJsonObject(parameters);
}

/** Each call must be answered right after it, and each answer must have its call. */
function misfitOfMessages(messages: readonly JsonValue[]): string | undefined {
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (!isJsonObject(message)) return `Invalid 'messages[${index}]'.`;
    const { role, content, tool_calls: calls, tool_call_id: id } = message;
    if (role === 'tool') {
      if (!open.includes(String(id)))
        return "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
      open = open.filter((other) => other !== id);
    } else if (open.length > 0) {
      return "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
    }
    if (typeof content !== 'string' && !(content === null && calls !== undefined))
      return `Invalid 'messages[${index}].content'.`;
    if (!['system', 'user', 'assistant', 'tool'].includes(String(role)))
      return `Invalid 'messages[${index}].role'.`;
    if (calls === undefined) continue;
    if (!Array.isArray(calls) || calls.length === 0 || !calls.every(isCall))
      return `Invalid 'messages[${index}].tool_calls'.`;
    open = calls.map((call) => String((call as JsonObject).id));
  }
  return open.length === 0
    ? undefined
    : "An assistant message with 'tool_calls' must be followed by tool messages.";
}

function isCall(call: JsonValue): boolean {
  if (!isJsonObject(call) || call.type !== 'function' || typeof call.id !== 'string') return false;
  return (
    isJsonObject(call.function) &&
    typeof call.function.name === 'string' &&
    typeof call.function.arguments === 'string'
  );
}

function misfitOfEmbeddings({ input }: JsonObject): string | undefined {
  const texts = Array.isArray(input) ? input : [input];
  return texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '')
    ? undefined
    : "'$.input' is invalid.";
}

/** In reverse, because only `index` says which is which. */
function embeddings({ model, input }: JsonObject): JsonObject {
  const texts = (Array.isArray(input) ? input : [input]) as readonly string[];
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: standInVector(text) }));
  return {
    object: 'list',
    model: model ?? '',
    data: data.reverse(),
    usage: { prompt_tokens: 8, total_tokens: 8 },
  };
}

function openAiVoice(body: JsonValue | undefined, dialect: 'openai' | 'mlc' | 'flat'): Voice {
  const model = isJsonObject(body) ? (body.model ?? '') : '';
  let calls = 0;
  let begun = false;
  const event = (value: JsonObject) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_763_800_000, model, ...value })}\n\n`;
  const delta = (value: JsonObject, finish: string | null = null) => {
    const first = begun
      ? ''
      : `: ping\n\n${event({ choices: [{ index: 0, delta: { role: 'assistant', content: null }, finish_reason: null }] })}`;
    begun = true;
    return first + event({ choices: [{ index: 0, delta: value, finish_reason: finish }] });
  };
  const called = (index: number, more: JsonObject) => delta({ tool_calls: [{ index, ...more }] });
  return {
    contentType: 'text/event-stream; charset=utf-8',
    say(step: ScriptStep) {
      switch (step.kind) {
        case 'text':
          return delta({ content: step.text });
        case 'call': {
          const index = calls++;
          const args = JSON.stringify(step.args);
          const half = Math.ceil(args.length / 2);
          return [
            called(index, {
              id: step.id ?? `call_${index}`,
              type: 'function',
              function: { name: step.tool, arguments: '' },
            }),
            called(index, { function: { arguments: args.slice(0, half) } }),
            called(index, { function: { arguments: args.slice(half) } }),
          ].join('');
        }
        case 'end':
          return `${delta({}, step.reason === 'length' ? 'length' : calls > 0 ? 'tool_calls' : 'stop')}${event({ choices: [], usage: { prompt_tokens: 26, completion_tokens: step.tokens ?? 0, total_tokens: 26 } })}data: [DONE]\n\n`;
        case 'error':
          return `data: ${JSON.stringify(errorBody(500, step.message, dialect))}\n\n`;
        case 'raw':
          return step.text;
        default:
          return '';
      }
    },
    refuse(status, message) {
      const text = JSON.stringify(errorBody(status, message, dialect));
      return { contentType: 'application/json', body: dialect === 'mlc' ? JSON.stringify(text) : text };
    },
  };
}

function errorBody(status: number, message: string, dialect: 'openai' | 'mlc' | 'flat'): JsonObject {
  if (dialect === 'openai')
    return { error: { message, type: 'invalid_request_error', param: null, code: status } };
  return { object: 'error', message, type: 'BadRequestError', param: null, code: status };
}
