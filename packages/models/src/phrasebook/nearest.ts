/**
 * "Did you mean …": templates that share words with a text that none of them fits.
 *
 * Words count by how few templates hold them, so that "remind" says more than "me"; a template that shares
 * nothing but function words is no suggestion.
 */

import type { Phrase } from './compile.ts';
import { isFunctionWord } from './english.ts';
import type { Word } from './words.ts';

export interface NearPhrase {
  readonly address: string;
  readonly intent: string;
  /** The template. */
  readonly phrase: string;
}

/** Suggestions given at once, whatever is asked for. */
const NEAREST_MAX = 16;

interface Suggestion {
  readonly phrase: Phrase;
  readonly likeness: number;
}

/** Prepares the search over these phrases; what it returns never fails. */
export function nearestIn(phrases: readonly Phrase[]) {
  const holders = new Map<string, Phrase[]>();
  for (const phrase of phrases) {
    for (const form of phrase.forms) {
      const known = holders.get(form);
      if (known === undefined) holders.set(form, [phrase]);
      else known.push(phrase);
    }
  }
  const weight = (form: string) =>
    Math.log(1 + phrases.length / (holders.get(form)?.length ?? phrases.length));
  const weights = new Map(phrases.map((phrase) => [phrase, sum([...phrase.forms].map(weight))]));
  return (words: readonly Word[], limit: number): readonly NearPhrase[] => {
    const forms = [...new Set(words.map((word) => word.form))].filter((form) => holders.has(form));
    const whole = sum(forms.map(weight));
    const suggestions = [...sharers(forms, holders)].map(([phrase, shared]) => ({
      phrase,
      // Dice's coefficient over weighted words.
      likeness: (2 * sum(shared.map(weight))) / (whole + (weights.get(phrase) ?? 0)),
    }));
    return onePerIntent(suggestions.sort(byLikeness)).slice(0, Math.max(0, Math.min(limit, NEAREST_MAX)));
  };
}

function sharers(forms: readonly string[], holders: ReadonlyMap<string, readonly Phrase[]>) {
  const shared = new Map<Phrase, string[]>();
  for (const phrase of forms
    .filter((form) => !isFunctionWord(form))
    .flatMap((form) => holders.get(form) ?? [])) {
    if (!shared.has(phrase))
      shared.set(
        phrase,
        forms.filter((form) => phrase.forms.has(form)),
      );
  }
  return shared;
}

function byLikeness(one: Suggestion, other: Suggestion): number {
  if (one.likeness !== other.likeness) return other.likeness - one.likeness;
  return keyOf(one.phrase) < keyOf(other.phrase) ? -1 : 1;
}

function onePerIntent(suggestions: readonly Suggestion[]): readonly NearPhrase[] {
  const best = new Map<string, NearPhrase>();
  for (const { phrase } of suggestions) {
    const { address, intent, template } = phrase;
    const key = `${address} ${intent}`;
    if (!best.has(key)) best.set(key, { address, intent, phrase: template });
  }
  return [...best.values()];
}

function keyOf({ address, intent, template }: Phrase): string {
  return `${address} ${intent} ${template}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
