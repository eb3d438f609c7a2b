/**
 * Fits one pattern to the words of a text, without backtracking: the cost grows with the places at which the
 * pattern's words stand in the text, not with the ways to split it.
 *
 * From the last element to the first it finds where each may begin so that the rest fits; then it walks forward
 * once. Where several splits fit, an earlier slot takes as many words as it can ("remind me to look *at* the
 * sky *at* noon" splits at the last "at").
 */

import type { Element, Pattern } from './pattern.ts';
import { type SlotType, spokenValue } from './slot-type.ts';
import type { Word } from './words.ts';

/** A text, read once and fitted to many patterns. */
export interface Told {
  readonly text: string;
  readonly words: readonly Word[];
  /** Where each form stands, ascending. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** A part of a text as places in its words: from `start` up to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Fit {
  readonly slots: ReadonlyMap<string, Span>;
  /** Words that the pattern itself says, and their characters. */
  readonly saidWords: number;
  readonly saidLength: number;
}

type Said = Extract<Element, { kind: 'said' }>;
type Slot = Extract<Element, { kind: 'slot' }>;

/** Where an element may begin so that the rest fits. */
type Begins =
  /** Ascending. */
  | { readonly kind: 'at'; readonly places: readonly number[] }
  | { readonly kind: 'upTo'; readonly last: number };

const NOWHERE: Begins = { kind: 'at', places: [] };

export function toldFrom(text: string, words: readonly Word[]): Told {
  const places = new Map<string, number[]>();
  for (const [place, { form }] of words.entries()) {
    const known = places.get(form);
    if (known === undefined) places.set(form, [place]);
    else known.push(place);
  }
  return { text, words, places };
}

/** Nothing when the pattern does not cover exactly the words of `span`. */
export function fit(pattern: Pattern, told: Told, span: Span): Fit | undefined {
  if (!touchesBothEnds(pattern, told, span)) return undefined;
  const rests: Begins[] = [];
  let rest: Begins = { kind: 'at', places: [span.end] };
  for (const element of pattern.toReversed()) {
    rests.unshift(rest);
    rest =
      element.kind === 'said'
        ? beginsOfSaid(element, rest, told, span)
        : beginsOfSlot(element, rest, told, span);
    if (rest === NOWHERE) return undefined;
  }
  return mayBegin(rest, span.start, told) ? walk(pattern, rests, told, span) : undefined;
}

/** The value of a typed slot that holds the word at this place. */
export function valueAt(type: Exclude<SlotType, 'text'>, told: Told, place: number) {
  const word = told.words[place];
  return word === undefined ? undefined : spokenValue(type, word, told.text.slice(word.start, word.end));
}

/** Rules out most patterns at the cost of one comparison. */
function touchesBothEnds(pattern: Pattern, told: Told, { start, end }: Span): boolean {
  const first = pattern[0];
  const last = pattern.at(-1);
  if (first?.kind === 'said' && !first.ways.some((way) => isSaid(way, told, start))) return false;
  return last?.kind !== 'said' || last.ways.some((way) => isSaid(way, told, end - way.length));
}

function beginsOfSaid({ ways }: Said, rest: Begins, told: Told, { start, end }: Span): Begins {
  const found: number[] = [];
  for (const way of ways) {
    for (const place of told.places.get(way[0] ?? '') ?? []) {
      if (place < start || place + way.length > end) continue;
      if (mayBegin(rest, place + way.length, told) && isSaid(way, told, place)) found.push(place);
    }
  }
  if (found.length === 0) return NOWHERE;
  return { kind: 'at', places: ways.length === 1 ? found : found.sort((one, other) => one - other) };
}

function beginsOfSlot({ type }: Slot, rest: Begins, told: Told, { start }: Span): Begins {
  const ends = endsOfSlot(rest, told).filter((end) => end > start);
  if (type === 'text') {
    const end = ends.at(-1);
    return end === undefined ? NOWHERE : { kind: 'upTo', last: end - 1 };
  }
  const places = ends
    .map((end) => end - 1)
    .filter((place) => isBoundary(told, place) && valueAt(type, told, place) !== undefined);
  return places.length === 0 ? NOWHERE : { kind: 'at', places };
}

/** What follows a slot is said, or the end: two slots never touch (pattern.ts). */
function endsOfSlot(rest: Begins, told: Told): readonly number[] {
  return rest.kind === 'at' ? rest.places.filter((end) => isBoundary(told, end)) : [];
}

/** No slot begins or ends within a contraction. */
function isBoundary({ words }: Told, place: number): boolean {
  return words[place]?.joined !== true;
}

function mayBegin(begins: Begins, place: number, told: Told): boolean {
  return begins.kind === 'at' ? holds(begins.places, place) : place <= begins.last && isBoundary(told, place);
}

function holds(ascending: readonly number[], wanted: number): boolean {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ascending[middle] ?? 0;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function isSaid(way: readonly string[], { words }: Told, place: number): boolean {
  for (let offset = 0; offset < way.length; offset += 1) {
    if (words[place + offset]?.form !== way[offset]) return false;
  }
  return true;
}

function walk(pattern: Pattern, rests: readonly Begins[], told: Told, span: Span): Fit {
  const slots = new Map<string, Span>();
  let start = span.start;
  let saidWords = 0;
  let saidLength = 0;
  for (const [index, element] of pattern.entries()) {
    const rest = rests[index] ?? NOWHERE;
    const end =
      element.kind === 'said' ? endOfSaid(element, rest, told, start) : endOfSlot(element, rest, told, start);
    if (element.kind === 'slot') slots.set(element.name, { start, end });
    else {
      saidWords += end - start;
      for (const { form } of told.words.slice(start, end)) saidLength += form.length;
    }
    start = end;
  }
  return { slots, saidWords, saidLength };
}

/** The longest way that is said here and lets the rest fit; there is one, or the walk would not have begun. */
function endOfSaid({ ways }: Said, rest: Begins, told: Told, start: number): number {
  let end = start;
  for (const way of ways) {
    const after = start + way.length;
    if (after > end && isSaid(way, told, start) && mayBegin(rest, after, told)) end = after;
  }
  return end;
}

function endOfSlot({ type }: Slot, rest: Begins, told: Told, start: number): number {
  return type === 'text' ? (endsOfSlot(rest, told).at(-1) ?? start) : start + 1;
}
