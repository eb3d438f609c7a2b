/** The schema of a scenario's file. */

import { INTENT_LENGTH_MAX, type JsonSchema } from '@kai/protocol';

/** Agents of one scenario. */
const AGENTS_MAX = 1_000;
/** Messages of one step. */
const COUNT_MAX = 100_000;
/** Longest time of one scenario: an hour. */
const DURATION_MS_MAX = 3_600_000;

const name = { type: 'string', minLength: 1, maxLength: 255 } as const;
const intent = { type: 'string', minLength: 1, maxLength: INTENT_LENGTH_MAX } as const;
const timeMs = { type: 'number', minimum: 0, maximum: DURATION_MS_MAX } as const;
const share = { type: 'number', minimum: 0, maximum: 1 } as const;
const times = { type: 'integer', minimum: 0, maximum: 100 } as const;

export const SCENARIO_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'agents', 'workload'],
  properties: {
    name,
    nodes: { type: 'array', minItems: 1, maxItems: 16, items: name },
    agents: {
      type: 'array',
      minItems: 1,
      maxItems: AGENTS_MAX,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name, use: name, node: name, settings: { type: 'object' }, pure: { type: 'boolean' } },
      },
    },
    workload: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['do', 'to', 'intent'],
        properties: {
          do: { enum: ['call', 'send', 'deliver'] },
          to: name,
          intent,
          payload: {},
          until: { enum: ['received', 'durable', 'effected'] },
          count: { type: 'integer', minimum: 1, maximum: COUNT_MAX },
          everyMs: timeMs,
          startMs: timeMs,
        },
      },
    },
    chaos: {
      type: 'object',
      additionalProperties: false,
      properties: { kill: times, delay: share, drop: share, duplicate: share, reorder: share, disk: times },
    },
    durationMs: timeMs,
    expect: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['agent', 'intent'],
        properties: { agent: name, intent, payload: {}, equals: {}, contains: {} },
      },
    },
  },
};
