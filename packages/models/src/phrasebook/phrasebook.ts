/**
 * A phrasebook: sentence templates of declared intents, matched to what a person typed, without any model.
 *
 * Pure, and independent of the order of declarations. A text that no template fits is simply no match; so is
 * one longer than {@link TEXT_LENGTH_MAX}.
 */

import type { JsonObject } from '@kai/protocol';
import { compileDeclaration, type Declared, type Phrase, type PhraseProblem } from './compile.ts';
import { COURTESIES_AFTER, COURTESIES_BEFORE } from './english.ts';
import { type Fit, fit, type Span, type Told, toldFrom, valueAt } from './fit.ts';
import { COURTESIES_MAX, TEXT_LENGTH_MAX } from './limits.ts';
import { type NearPhrase, nearestIn } from './nearest.ts';
import type { Pattern } from './pattern.ts';
import { wordsOf } from './words.ts';

export interface PhraseMatch {
  readonly address: string;
  readonly intent: string;
  /** What stood in each slot, as the person spelled it. */
  readonly slots: Readonly<Record<string, string>>;
  /** The slots as the intent's payload: numbers and truth values where its schema has them. */
  readonly payload: JsonObject;
  /** The template that matched. */
  readonly phrase: string;
}

export interface Phrasebook {
  /** Templates and synonyms that were left out. */
  readonly problems: readonly PhraseProblem[];
  /** Templates that can match. */
  readonly size: number;
  /** The most specific template that covers the whole text. */
  match(text: string): PhraseMatch | undefined;
  /** Templates that share words with the text, the most alike first, at most one of each intent. */
  nearest(text: string, limit: number): readonly NearPhrase[];
}

interface Entry {
  readonly phrase: Phrase;
  readonly pattern: Pattern;
}

interface Candidate extends Entry {
  readonly fit: Fit;
  readonly span: Span;
}

export function compilePhrasebook(declarations: readonly Declared[]): Phrasebook {
  const compiled = declarations.map(compileDeclaration);
  const phrases = compiled.flatMap((one) => one.phrases);
  const entries = indexed(phrases);
  const near = nearestIn(phrases);
  return {
    problems: compiled.flatMap((one) => one.problems),
    size: phrases.length,
    match(text) {
      if (text.length > TEXT_LENGTH_MAX) return undefined;
      const told = toldFrom(text, wordsOf(text));
      const best = bestOf(entries, told);
      return best === undefined ? undefined : matchFrom(best, told);
    },
    nearest(text, limit) {
      return text.length > TEXT_LENGTH_MAX ? [] : near(wordsOf(text), limit);
    },
  };
}

/** Each pattern stands under the word of it that is rarest in the book, so that few are tried. */
function indexed(phrases: readonly Phrase[]): ReadonlyMap<string, readonly Entry[]> {
  const entries = phrases.flatMap((phrase) => phrase.patterns.map((pattern) => ({ phrase, pattern })));
  const counts = new Map<string, number>();
  for (const { pattern } of entries) {
    for (const form of pattern.flatMap(firstForms)) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const index = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const form of rarest(entry.pattern, counts)) {
      const known = index.get(form);
      if (known === undefined) index.set(form, [entry]);
      else known.push(entry);
    }
  }
  return index;
}

/** The words of which one must be said for this element to be said; none for a slot. */
function firstForms(element: Pattern[number]): readonly string[] {
  return element.kind === 'slot' ? [] : [...new Set(element.ways.map((way) => way[0] ?? ''))];
}

function rarest(pattern: Pattern, counts: ReadonlyMap<string, number>): readonly string[] {
  const weigh = (forms: readonly string[]) => forms.reduce((sum, form) => sum + (counts.get(form) ?? 0), 0);
  const choices = pattern.map(firstForms).filter((forms) => forms.length > 0);
  return choices.reduce((best, forms) => (weigh(forms) < weigh(best) ? forms : best));
}

function bestOf(entries: ReadonlyMap<string, readonly Entry[]>, told: Told): Candidate | undefined {
  const spans = spansOf(told);
  let best: Candidate | undefined;
  for (const form of told.places.keys()) {
    for (const entry of entries.get(form) ?? []) {
      for (const span of spans) {
        const fitted = fit(entry.pattern, told, span);
        if (fitted === undefined) continue;
        const candidate = { ...entry, fit: fitted, span };
        if (best === undefined || compare(candidate, best) < 0) best = candidate;
      }
    }
  }
  return best;
}

/** The text with and without the courtesies around it. */
function spansOf(told: Told): readonly Span[] {
  const starts = [0];
  for (let start = 0; starts.length <= COURTESIES_MAX; starts.push(start)) {
    const courtesy = COURTESIES_BEFORE.find((way) => saysAt(way, told, start));
    if (courtesy === undefined) break;
    start += courtesy.length;
  }
  const length = told.words.length;
  const ends = [
    0,
    ...COURTESIES_AFTER.filter((way) => saysAt(way, told, length - way.length)).map((way) => way.length),
  ];
  return starts
    .flatMap((start) => ends.map((cut) => ({ start, end: length - cut })))
    .filter(({ start, end }) => start < end);
}

function saysAt(way: readonly string[], { words }: Told, place: number): boolean {
  return way.every((form, offset) => words[place + offset]?.form === form);
}

/** Negative when `one` is more specific. Total, so that no order of declaration shows. */
function compare(one: Candidate, other: Candidate): number {
  return (
    other.fit.saidWords - one.fit.saidWords ||
    other.fit.saidLength - one.fit.saidLength ||
    one.fit.slots.size - other.fit.slots.size ||
    typedSlots(other) - typedSlots(one) ||
    // The courtesy before a text is not meant as a part of it; words at its end may be.
    other.span.start - one.span.start ||
    other.span.end - one.span.end ||
    inOrder(one.phrase.address, other.phrase.address) ||
    inOrder(one.phrase.intent, other.phrase.intent) ||
    inOrder(one.phrase.template, other.phrase.template)
  );
}

function typedSlots({ pattern }: Candidate): number {
  return pattern.filter((element) => element.kind === 'slot' && element.type !== 'text').length;
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function matchFrom({ phrase, fit: { slots } }: Candidate, told: Told): PhraseMatch {
  const spelled: [string, string][] = [];
  const values: [string, string | number | boolean][] = [];
  for (const [name, { start, end }] of slots) {
    const typed = told.text.slice(told.words[start]?.start, told.words[end - 1]?.end);
    const type = phrase.types.get(name) ?? 'text';
    spelled.push([name, typed]);
    values.push([name, type === 'text' ? typed : (valueAt(type, told, start) ?? typed)]);
  }
  const { address, intent, template } = phrase;
  return {
    address,
    intent,
    slots: Object.fromEntries(spelled),
    payload: Object.fromEntries(values),
    phrase: template,
  };
}
