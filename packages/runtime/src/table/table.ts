/**
 * The orchestration table (protocol §5): an ordered list of rules; the first that matches decides.
 *
 * What a rule says about receiver and intent is looked at once per pair and remembered; the rest for each message.
 * A new set of rules takes effect with the next message.
 */

import type { Message } from '@kai/protocol';
import { type Facts, firstUnmet, meets } from './condition.ts';
import { type LocalMoment, withinDayTime } from './day-time.ts';
import { matchesName } from './name-pattern.ts';
import { RULES_MAX, type Rule } from './rule.ts';

/** Pairs of receiver and intent that are remembered. */
const REMEMBERED_MAX = 10_000;

/** What is true now; asked only by rules that need it. */
export interface Circumstances {
  facts(): Facts;
  moment(): LocalMoment;
}

/** One rule's part in a decision, for `kai route explain`. */
export interface RuleStep {
  readonly rule: string;
  readonly matched: boolean;
  readonly why: string;
}

type StaticMessage = Pick<Message, 'to' | 'intent'>;
export type MatchedMessage = Pick<Message, 'to' | 'intent' | 'from' | 'priority' | 'context' | 'payload'>;

export class OrchestrationTable {
  #rules: readonly Rule[] = [];
  #version = 0;
  #remembered = new Map<string, Map<string, readonly Rule[]>>();
  #pairs = 0;

  get version(): number {
    return this.#version;
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** @throws TypeError beyond {@link RULES_MAX} rules or when two have one name: then the old rules stay. */
  replace(rules: readonly Rule[]): void {
    if (rules.length > RULES_MAX)
      throw new TypeError(`a table has at most ${RULES_MAX} rules; got ${rules.length}`);
    const names = new Set<string>();
    for (const { name } of rules) {
      if (names.has(name)) throw new TypeError(`two rules are named ${name}; give each its own name`);
      names.add(name);
    }
    this.#rules = [...rules];
    this.#version += 1;
    this.#forget();
  }

  /** The rule that decides; nothing when none matches, so that the receiver's address itself does. */
  match(message: MatchedMessage, now: Circumstances): Rule | undefined {
    if (this.#rules.length === 0) return undefined;
    for (const rule of this.#candidates(message)) {
      if (mismatch(rule, message, now) === undefined) return rule;
    }
    return undefined;
  }

  /** What each rule says to a message, up to the one that decides. */
  explain(message: MatchedMessage, now: Circumstances): readonly RuleStep[] {
    const steps: RuleStep[] = [];
    for (const rule of this.#rules) {
      const why = staticMismatch(rule, message) ?? mismatch(rule, message, now);
      steps.push({ rule: rule.name, matched: why === undefined, why: why ?? 'everything it asks for holds' });
      if (why === undefined) break;
    }
    return steps;
  }

  #candidates(message: StaticMessage): readonly Rule[] {
    const { text } = message.to;
    const known = this.#remembered.get(text)?.get(message.intent);
    return known ?? this.#remember(text, message);
  }

  #remember(text: string, message: StaticMessage): readonly Rule[] {
    if (this.#pairs >= REMEMBERED_MAX) this.#forget();
    const candidates = this.#rules.filter((rule) => staticMismatch(rule, message) === undefined);
    const byIntent = this.#remembered.get(text) ?? new Map<string, readonly Rule[]>();
    this.#remembered.set(text, byIntent.set(message.intent, candidates));
    this.#pairs += 1;
    return candidates;
  }

  #forget(): void {
    this.#remembered = new Map();
    this.#pairs = 0;
  }
}

/** Why a rule can never match messages to this receiver with this intent. */
function staticMismatch({ match }: Rule, message: StaticMessage): string | undefined {
  if (match.to !== undefined && !matchesName(match.to, message.to.text)) return `to is not ${match.to.text}`;
  if (match.intent !== undefined && !matchesName(match.intent, message.intent)) {
    return `intent is not ${match.intent.text}`;
  }
  return undefined;
}

/** Why a rule does not match this message now. */
function mismatch(rule: Rule, message: MatchedMessage, now: Circumstances): string | undefined {
  const { from, priority, context, bytes, time, facts } = rule.match;
  if (from !== undefined && !matchesName(from, message.from.text)) return `from is not ${from.text}`;
  if (priority !== undefined && !priority.includes(message.priority))
    return `priority is ${message.priority}`;
  if (context !== undefined) {
    for (const [entry, value] of Object.entries(context)) {
      if (message.context[entry] !== value) return `context has another ${entry}`;
    }
  }
  if (bytes !== undefined && !meets(sizeOf(message), bytes)) return `payload has ${sizeOf(message)} bytes`;
  if (time !== undefined && !withinDayTime(time, now.moment())) return `it is not ${time.text}`;
  const unmet = facts === undefined ? undefined : firstUnmet(now.facts(), facts);
  if (unmet !== undefined) return `${unmet} is ${now.facts()[unmet] ?? 'unknown'}`;
  return rule.action.kind === 'hold' ? holdIsOver(rule.action.until, now) : undefined;
}

/** A rule that holds matches only as long as there is something to wait for. */
function holdIsOver(until: Parameters<typeof firstUnmet>[1], now: Circumstances): string | undefined {
  return firstUnmet(now.facts(), until) === undefined ? 'what it waits for is there' : undefined;
}

/** No number when the payload has no JSON form, so that it meets no condition. */
function sizeOf({ payload }: Pick<Message, 'payload'>): number {
  try {
    return new TextEncoder().encode(JSON.stringify(payload)).length;
  } catch {
    return Number.NaN;
  }
}
