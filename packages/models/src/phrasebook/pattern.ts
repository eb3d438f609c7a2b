/**
 * A pattern is one way to say a template: a flat row of words and slots. Expanding a template gives all of them.
 *
 * Refused with an offset: a slot twice in one row, two slots with no word between them (where would one end?), a
 * row without any word (it would match everything), and more than {@link EXPANSIONS_MAX} rows.
 */

import { type Parsed, parsed, problem } from '@kai/protocol';
import { EXPANSIONS_MAX } from './limits.ts';
import type { SlotType } from './slot-type.ts';
import type { Part, Sequence } from './template.ts';

export type Element =
  /** Any one of these rows of words is said. */
  | { readonly kind: 'said'; readonly ways: readonly (readonly string[])[] }
  | { readonly kind: 'slot'; readonly name: string; readonly type: SlotType };

export type Pattern = readonly Element[];

/** What else may be said for a word, and what a slot holds. */
export interface Vocabulary {
  readonly synonyms: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly types: ReadonlyMap<string, SlotType>;
}

type Row = readonly Exclude<Part, { kind: 'choice' }>[];

export function patternsOf(template: Sequence, vocabulary: Vocabulary): Parsed<readonly Pattern[]> {
  if (countRows(template) > EXPANSIONS_MAX) {
    return problem(0, `its brackets multiply to more than ${EXPANSIONS_MAX} ways to say it`);
  }
  const patterns: Pattern[] = [];
  for (const row of rowsOf(template)) {
    const refused = refuseRow(row);
    if (refused !== undefined) return refused;
    patterns.push(row.map((part) => elementOf(part, vocabulary)));
  }
  return parsed(patterns);
}

/** Every slot of a template, wherever it stands. */
export function slotsOf(template: Sequence): readonly { readonly name: string; readonly at: number }[] {
  return template.flatMap((part) => {
    if (part.kind === 'slot') return [part];
    return part.kind === 'choice' ? part.options.flatMap(slotsOf) : [];
  });
}

/** Every word of a template, wherever it stands. */
export function formsOf(template: Sequence): readonly string[] {
  return template.flatMap((part) => {
    if (part.kind === 'word') return [part.form];
    return part.kind === 'choice' ? part.options.flatMap(formsOf) : [];
  });
}

function countRows(sequence: Sequence): number {
  let rows = 1;
  for (const part of sequence) {
    if (part.kind === 'choice') rows *= part.options.reduce((sum, option) => sum + countRows(option), 0);
  }
  return rows;
}

function rowsOf(sequence: Sequence): readonly Row[] {
  let rows: readonly Row[] = [[]];
  for (const part of sequence) {
    const endings: readonly Row[] = part.kind === 'choice' ? part.options.flatMap(rowsOf) : [[part]];
    rows = rows.flatMap((row) => endings.map((ending) => [...row, ...ending]));
  }
  return rows;
}

function refuseRow(row: Row) {
  const seen = new Set<string>();
  for (const [index, part] of row.entries()) {
    if (part.kind === 'word') continue;
    if (seen.has(part.name)) return problem(part.at, `the slot {${part.name}} stands here a second time`);
    seen.add(part.name);
    const before = row[index - 1];
    if (before?.kind === 'slot') {
      return problem(
        part.at,
        `a word that is always said must stand between {${before.name}} and {${part.name}}`,
      );
    }
  }
  if (seen.size === row.length) return problem(0, 'at least one word must always be said');
  return undefined;
}

function elementOf(part: Row[number], { synonyms, types }: Vocabulary): Element {
  if (part.kind === 'slot') return { kind: 'slot', name: part.name, type: types.get(part.name) ?? 'text' };
  return { kind: 'said', ways: [[part.form], ...(synonyms.get(part.form) ?? [])] };
}
