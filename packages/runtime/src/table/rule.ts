/**
 * A rule of the orchestration table (protocol §5): when it matches, what happens.
 *
 * Rules arrive as JSON, from `kai.yaml` or from governance, and are parsed here once.
 */

import {
  compileSchema,
  type ErrorCode,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  type Misfit,
  PRIORITIES,
  type Priority,
  parseAddress,
  type Target,
} from '@kai/protocol';
import { type Condition, type Conditions, parseCondition } from './condition.ts';
import { type DayTime, parseDayTime } from './day-time.ts';
import { type NamePattern, parseNamePattern } from './name-pattern.ts';

export const STRATEGIES = ['round-robin', 'least-loaded', 'sticky', 'broadcast'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface Match {
  readonly from?: NamePattern;
  readonly to?: NamePattern;
  readonly intent?: NamePattern;
  readonly priority?: readonly Priority[];
  /** Entries that the message's context must have with just these values. */
  readonly context?: JsonObject;
  /** On the payload's size in bytes of JSON. */
  readonly bytes?: Condition;
  readonly time?: DayTime;
  /** On live facts of the node: `load`, `battery`, `model.<name>`, and what else it knows. */
  readonly facts?: Conditions;
}

export type Action =
  | { readonly kind: 'to'; readonly address: Target }
  | { readonly kind: 'service'; readonly service: string; readonly strategy: Strategy }
  | { readonly kind: 'failover'; readonly addresses: readonly Target[] }
  | { readonly kind: 'hold'; readonly until: Conditions; readonly forMs: number }
  | { readonly kind: 'reject'; readonly code: ErrorCode; readonly reason: string };

export interface Rule {
  /** Unique in its table; shown in `context.route`. */
  readonly name: string;
  readonly match: Match;
  readonly action: Action;
}

/** Rules that one table may have. */
export const RULES_MAX = 1000;
/** How long a message is held unless its rule says otherwise, and at most. */
export const HOLD_MS = 600_000;
export const HOLD_MS_MAX = 7 * 86_400_000;

const text = { type: 'string', minLength: 1, maxLength: 255 };
const conditions = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };

/** The JSON form of one rule, as it stands in `kai.yaml`. */
export const RULE_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { ...text, description: 'Shown wherever the rule decides.' },
    match: {
      type: 'object',
      additionalProperties: false,
      description: 'All of these must hold; an empty match takes every message.',
      properties: {
        from: { ...text, description: 'Address pattern: * is one part, a final > the rest.' },
        to: { ...text, description: 'Address or topic pattern: kai://agent.*, tasks:vision.>' },
        intent: { ...text, description: 'Intent pattern: notes.*' },
        priority: { type: 'array', items: { enum: PRIORITIES }, minItems: 1 },
        context: {
          type: 'object',
          additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
          description: 'Context entries and the values they must have.',
        },
        bytes: { type: ['string', 'number'], description: 'Payload size, as in "> 10000".' },
        time: { ...text, description: 'Local time of day: "22:00-07:00", optionally "mon-fri 08:00-16:00".' },
        facts: {
          ...conditions,
          description: 'Live facts: load: "> 0.8", battery: "< 20", model.ollama: ready',
        },
      },
    },
    to: { ...text, description: 'Send it to this address.' },
    service: { ...text, description: 'Send it to an instance of this service.' },
    strategy: { enum: STRATEGIES, description: 'How the instance is chosen. Default round-robin.' },
    failover: {
      type: 'array',
      items: text,
      minItems: 1,
      maxItems: 16,
      description: 'The first that can take it.',
    },
    hold: {
      type: 'object',
      additionalProperties: false,
      required: ['until'],
      properties: {
        until: { ...conditions, description: 'Facts to wait for.' },
        forMs: { type: 'integer', minimum: 1, maximum: HOLD_MS_MAX, description: 'At most this long.' },
      },
    },
    reject: { ...text, description: 'Refuse it, with this reason.' },
  },
};

const validate = compileSchema(RULE_SCHEMA);

export type ParsedRule =
  | { readonly ok: true; readonly rule: Rule }
  | { readonly ok: false; readonly misfits: readonly Misfit[] };

/** Parses a rule's JSON form. `index` names a rule that has no name. */
export function parseRule(value: JsonValue, index: number): ParsedRule {
  const shape = validate(value);
  if (shape !== undefined) return { ok: false, misfits: shape };
  const source = value as JsonObject;
  const misfits: Misfit[] = [];
  const match = parseMatch((source.match ?? {}) as JsonObject, misfits);
  const action = parseAction(source, misfits);
  if (misfits.length > 0 || action === undefined) return { ok: false, misfits };
  const name = typeof source.name === 'string' ? source.name : `rule-${index + 1}`;
  return { ok: true, rule: { name, match, action } };
}

function parseMatch(source: JsonObject, misfits: Misfit[]): Match {
  const take = <T>(key: string, parse: (value: JsonValue) => Attempt<T>): T | undefined =>
    source[key] === undefined ? undefined : attempt(`/match/${key}`, parse(source[key]), misfits);
  const match = {
    from: take('from', parseNamePattern),
    to: take('to', parseNamePattern),
    intent: take('intent', parseNamePattern),
    priority: source.priority as readonly Priority[] | undefined,
    context: source.context as JsonObject | undefined,
    bytes: take('bytes', parseCondition),
    time: take('time', parseDayTime),
    facts: take('facts', (value) => parseConditions(value)),
  };
  return Object.fromEntries(Object.entries(match).filter(([, part]) => part !== undefined));
}

const ACTIONS = ['to', 'service', 'failover', 'hold', 'reject'] as const;

function parseAction(source: JsonObject, misfits: Misfit[]): Action | undefined {
  const named = ACTIONS.filter((kind) => source[kind] !== undefined);
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    misfits.push({
      path: '',
      message: `a rule has exactly one of ${ACTIONS.join(', ')}; this one has ${named.length}`,
    });
    return undefined;
  }
  if (source.strategy !== undefined && kind !== 'service') {
    misfits.push({ path: '/strategy', message: 'strategy goes with service' });
  }
  return parseActionOf(kind, source, misfits);
}

function parseActionOf(
  kind: (typeof ACTIONS)[number],
  source: JsonObject,
  misfits: Misfit[],
): Action | undefined {
  switch (kind) {
    case 'to': {
      const address = attempt('/to', parseReceiver(source.to as string), misfits);
      return address && { kind, address };
    }
    case 'service':
      return parseService(source, misfits);
    case 'failover': {
      const list = source.failover as readonly string[];
      const addresses = list.map((one, i) => attempt(`/failover/${i}`, parseReceiver(one), misfits));
      return { kind, addresses: addresses.filter((one) => one !== undefined) };
    }
    case 'hold': {
      const { until, forMs = HOLD_MS } = source.hold as JsonObject;
      const conditions = attempt('/hold/until', parseConditions(until as JsonValue), misfits);
      return conditions && { kind, until: conditions, forMs: forMs as number };
    }
    case 'reject':
      return { kind, code: 'POLICY_DENIED', reason: source.reject as string };
  }
}

function parseService(source: JsonObject, misfits: Misfit[]): Action | undefined {
  const service = source.service as string;
  const known = parseAddress(`kai://agent.${service}`);
  if (!known.ok) {
    misfits.push({ path: '/service', message: known.problem.message });
    return undefined;
  }
  return { kind: 'service', service, strategy: (source.strategy as Strategy | undefined) ?? 'round-robin' };
}

function parseReceiver(text: string): Attempt<Target> {
  const outcome = parseAddress(text);
  return outcome.ok ? { ok: true, value: outcome.value } : { ok: false, message: outcome.problem.message };
}

function parseConditions(value: JsonValue): Attempt<Conditions> {
  const conditions = new Map<string, Condition>();
  for (const [fact, condition] of Object.entries(value as JsonObject)) {
    const outcome = parseCondition(condition);
    if (!outcome.ok) return { ok: false, message: `${fact}: ${outcome.message}` };
    conditions.set(fact, outcome.value);
  }
  return { ok: true, value: conditions };
}

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

function attempt<T>(path: string, outcome: Attempt<T>, misfits: Misfit[]): T | undefined {
  if (outcome.ok) return outcome.value;
  misfits.push({ path, message: outcome.message });
  return undefined;
}
