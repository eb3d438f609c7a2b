/**
 * The schema of `kai.yaml`: the one source of its keys, defaults and explanations. `npm run schema` writes it to
 * `packages/kai/kai.schema.json` for editors; `check.ts` walks it to explain what is wrong in a file.
 *
 * Trap: `check.ts` knows only the keywords that are used here; a test holds its verdicts against TypeBox's.
 */

import { OLLAMA_URL } from '@kai/models/ollama';
import { type JsonSchema, REACHES } from '@kai/protocol';
import { RULE_SCHEMA, RULES_MAX } from '@kai/runtime';

export const PORT_DEFAULT = 5240;
export const DATA_FOLDER_DEFAULT = '.kai';
export const TOPOLOGIES = ['local'] as const;
export const JOURNALS = ['durable', 'all'] as const;
export const BUILT_IN_AGENTS = ['kai-core'] as const;
export const TRACE_ENTRIES_DEFAULT = 10_000;
export const TRACE_ENTRIES_MAX = 1_000_000;
export const RETENTION_ENTRIES_DEFAULT = 100_000;
export const RETENTION_DAYS_DEFAULT = 30;
export const AGENTS_MAX = 256;
export const MODELS_MAX = 16;
/** Characters of one prompt. */
const PROMPT_LENGTH_MAX = 65_536;
const PHRASES_MAX = 64;

const LABEL = '^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$';
const LABELS = '^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$';
/** An intent, in which * stands for one part and a final > for the rest. */
const INTENT_PATTERN = '^(?:[A-Za-z0-9_-]+|\\*)(?:\\.(?:[A-Za-z0-9_-]+|\\*))*(?:\\.>)?$|^>$';

const label = { type: 'string', pattern: LABEL, minLength: 1, maxLength: 63 };
const shortText = { type: 'string', minLength: 1, maxLength: 255 };
const url = { type: 'string', pattern: '^https?://[^\\s@]+$', maxLength: 2048 };
const reach = { enum: REACHES };

function record(
  description: string,
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', additionalProperties: false, description, properties, required } as JsonSchema;
}

const agentName = {
  type: 'string',
  pattern: LABELS,
  minLength: 1,
  maxLength: 200,
  description: "The agent's name: a label, or several parted by dots. Default: the name in its definition.",
  examples: ['notes'],
};
const settings = {
  type: 'object',
  description: "Settings of this agent, checked against the agent's own schema.",
  examples: [{ folder: './documents' }],
};

const fileAgent = record(
  'An agent from a TypeScript or JavaScript file that exports it.',
  {
    file: {
      ...shortText,
      description: 'The file, relative to this one. It exports an agent made with defineAgent.',
      examples: ['./agents/hello.ts'],
    },
    name: agentName,
    settings,
  },
  ['file'],
);

const builtInAgent = record(
  'An agent that comes with kAI.',
  {
    use: { enum: BUILT_IN_AGENTS, description: 'Which one.' },
    name: agentName,
    settings,
  },
  ['use'],
);

const promptAgent = record(
  'An agent that is a prompt and the intents that it may use. It is asked by `<name>.ask` with {text}.',
  {
    name: { ...agentName, description: "The agent's name: a label, or several parted by dots." },
    prompt: {
      type: 'string',
      minLength: 1,
      maxLength: PROMPT_LENGTH_MAX,
      description: 'Instructions for the model.',
      examples: ['Translate what you are given into plain English.'],
    },
    intents: {
      type: 'array',
      maxItems: 64,
      items: {
        type: 'string',
        pattern: INTENT_PATTERN,
        minLength: 1,
        maxLength: 128,
        examples: ['notes.search'],
      },
      description:
        'Intents of other agents that the model may use as tools; * is one part, a final > the rest.',
      examples: [['notes.search', 'documents.*']],
    },
    phrases: {
      type: 'array',
      maxItems: PHRASES_MAX,
      items: { ...shortText, examples: ['translate {text}'] },
      description: 'Sentences that mean a question to it; {text} is what it is given.',
      examples: [['translate {text}']],
    },
    model: { ...shortText, description: 'The name of the model to use. Default: the first that is ready.' },
    summary: { ...shortText, description: 'One sentence for people. Default: the beginning of the prompt.' },
  },
  ['name', 'prompt'],
);

const embedModel = {
  ...shortText,
  description: 'The model for vectors. Default: none.',
  examples: ['nomic-embed-text'],
};

const ollama = record(
  'A model that Ollama serves.',
  {
    kind: { const: 'ollama' },
    name: { ...label, description: 'Its name in rules and answers.', default: 'ollama' },
    url: { ...url, description: 'Where Ollama listens.', default: OLLAMA_URL },
    model: {
      ...shortText,
      description: 'The model. Default: the first that Ollama has.',
      examples: ['llama3.2'],
    },
    embedModel,
    reach: { ...reach, description: 'How far a message travels that is given to it. Default: from its url.' },
  },
  ['kind'],
);

const openAiCompatible = record(
  'A model behind an interface like that of OpenAI.',
  {
    kind: { const: 'openai-compatible' },
    name: { ...label, description: 'Its name in rules and answers.', examples: ['office'] },
    url: { ...url, description: 'The address up to and with /v1.', examples: ['http://127.0.0.1:8080/v1'] },
    model: { ...shortText, description: 'The model.', examples: ['qwen3-8b'] },
    apiKey: record(
      'Where the key is. A key never stands in this file.',
      {
        env: {
          type: 'string',
          pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
          minLength: 1,
          maxLength: 128,
          description: 'The environment variable that holds it.',
          examples: ['OFFICE_API_KEY'],
        },
      },
      ['env'],
    ),
    embedModel,
    reach: { ...reach, description: 'How far a message travels that is given to it.', examples: ['lan'] },
  },
  ['kind', 'name', 'url', 'model', 'reach'],
);

export const CONFIG_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'kai.yaml',
  ...record('One kAI node: who it belongs to, which agents it runs, and where messages go.', {
    owner: {
      ...label,
      description: 'Whom the node belongs to: 1 to 63 of a-z 0-9 -. Default: your user name.',
      examples: ['alice'],
    },
    device: {
      ...label,
      description: 'The device that it runs on: 1 to 63 of a-z 0-9 -. Default: the name of this machine.',
      examples: ['laptop'],
    },
    topology: { enum: TOPOLOGIES, description: 'How nodes are put together.', default: 'local' },
    data: {
      ...shortText,
      maxLength: 4096,
      description: 'The folder for everything that is kept, relative to this file.',
      default: DATA_FOLDER_DEFAULT,
    },
    reach: {
      ...reach,
      description: 'The privacy label of messages that carry none; nothing crosses what reaches further.',
      default: 'device',
    },
    gateway: record('The window and the command line come in here, on 127.0.0.1 only.', {
      port: {
        type: 'integer',
        minimum: 0,
        maximum: 65_535,
        description: 'TCP port; 0 takes any that is free.',
        default: PORT_DEFAULT,
      },
    }),
    agents: {
      type: 'array',
      maxItems: AGENTS_MAX,
      items: { anyOf: [fileAgent, builtInAgent, promptAgent], examples: [{ file: './agents/hello.ts' }] },
      description: 'The agents of this node.',
      default: [],
      examples: [[{ file: './agents/hello.ts' }]],
    },
    routes: {
      type: 'array',
      maxItems: RULES_MAX,
      items: RULE_SCHEMA,
      description: 'Rules of the orchestration table; the first that matches decides.',
      default: [],
      examples: [[{ match: { intent: 'home.*' }, to: 'kai://agent.home' }]],
    },
    models: {
      anyOf: [
        { const: 'none' },
        {
          type: 'array',
          maxItems: MODELS_MAX,
          items: { anyOf: [ollama, openAiCompatible], examples: [{ kind: 'ollama' }] },
        },
      ],
      description:
        'The language models, the preferred one first; none for no model. Default: Ollama, where it runs.',
      examples: [[{ kind: 'ollama' }]],
    },
    journal: {
      enum: JOURNALS,
      description: 'What is written to disk of the traffic: what is durable, or all.',
      default: 'durable',
    },
    trace: record('What is kept in memory of the traffic.', {
      entries: {
        type: 'integer',
        minimum: 0,
        maximum: TRACE_ENTRIES_MAX,
        description: 'Entries; 0 switches tracing off.',
        default: TRACE_ENTRIES_DEFAULT,
      },
    }),
    retention: record('What is kept on disk of the traffic.', {
      entries: {
        type: 'integer',
        minimum: 0,
        maximum: 10_000_000,
        description: 'Entries of the journal; older ones go first.',
        default: RETENTION_ENTRIES_DEFAULT,
      },
      days: {
        type: 'number',
        minimum: 0,
        maximum: 36_500,
        description: 'Days that an entry is kept.',
        default: RETENTION_DAYS_DEFAULT,
      },
    }),
  }),
};
