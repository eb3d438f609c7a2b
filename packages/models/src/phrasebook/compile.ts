/**
 * From declared intents to phrases that can be matched; what cannot be is a problem, and the rest goes on.
 */

import { type IntentDeclaration, type Parsed, type Problem, parsed, problem } from '@kai/protocol';
import { SYNONYMS_MAX, TEMPLATES_PER_INTENT_MAX } from './limits.ts';
import { formsOf, type Pattern, patternsOf, slotsOf } from './pattern.ts';
import { type SlotType, slotTyping } from './slot-type.ts';
import { parseTemplate, type Sequence } from './template.ts';
import { wordsOf } from './words.ts';

/** An intent and who takes it. */
export interface Declared {
  /** The agent's or service's address, as text. */
  readonly address: string;
  readonly intent: IntentDeclaration;
}

/** Why a template or a synonym is left out; `at` counts in `template`. */
export interface PhraseProblem extends Problem {
  readonly address: string;
  readonly intent: string;
  /** The template, or the word whose synonyms do not fit. */
  readonly template: string;
}

/** One template, compiled. */
export interface Phrase {
  readonly address: string;
  readonly intent: string;
  readonly template: string;
  readonly types: ReadonlyMap<string, SlotType>;
  readonly patterns: readonly Pattern[];
  /** Every word that may be said in it. */
  readonly forms: ReadonlySet<string>;
}

export interface Compiled {
  readonly phrases: readonly Phrase[];
  readonly problems: readonly PhraseProblem[];
}

type Synonyms = ReadonlyMap<string, readonly (readonly string[])[]>;

export function compileDeclaration({ address, intent }: Declared): Compiled {
  const phrases: Phrase[] = [];
  const problems: PhraseProblem[] = [];
  const report = (template: string, { at, message }: Problem) => {
    problems.push({ address, intent: intent.name, template, at, message });
  };
  const synonyms = synonymsOf(intent, report);
  for (const [index, template] of (intent.phrases ?? []).entries()) {
    if (index === TEMPLATES_PER_INTENT_MAX) {
      report(template, { at: 0, message: `an intent has at most ${TEMPLATES_PER_INTENT_MAX} templates` });
      break;
    }
    const compiled = compileTemplate(template, intent, synonyms);
    if (compiled.ok) phrases.push({ address, intent: intent.name, template, ...compiled.value });
    else report(template, compiled.problem);
  }
  return { phrases, problems };
}

type Body = Pick<Phrase, 'types' | 'patterns' | 'forms'>;

function compileTemplate(template: string, intent: IntentDeclaration, synonyms: Synonyms): Parsed<Body> {
  const sequence = parseTemplate(template);
  if (!sequence.ok) return sequence;
  const types = typesOf(sequence.value, intent);
  if (!types.ok) return types;
  const patterns = patternsOf(sequence.value, { synonyms, types: types.value });
  if (!patterns.ok) return patterns;
  const forms = formsOf(sequence.value);
  const said = forms.flatMap((form) => [form, ...(synonyms.get(form) ?? []).flat()]);
  return parsed({ types: types.value, patterns: patterns.value, forms: new Set(said) });
}

function typesOf(sequence: Sequence, { input }: IntentDeclaration): Parsed<ReadonlyMap<string, SlotType>> {
  const types = new Map<string, SlotType>();
  for (const { name, at } of slotsOf(sequence)) {
    const typing = slotTyping(input, name);
    if (typing.kind === 'none') return problem(at, typing.message);
    types.set(name, typing.type);
  }
  return parsed(types);
}

function synonymsOf(
  { synonyms = {} }: IntentDeclaration,
  report: (word: string, problem: Problem) => void,
): Synonyms {
  const known = new Map<string, readonly (readonly string[])[]>();
  for (const [word, others] of Object.entries(synonyms)) {
    const [form, ...more] = wordsOf(word).map((said) => said.form);
    const ways = others.map((other) => wordsOf(other).map((said) => said.form));
    if (form === undefined || more.length > 0) {
      report(word, { at: 0, message: 'synonyms stand for one word' });
    } else if (ways.length > SYNONYMS_MAX) {
      report(word, { at: 0, message: `a word has at most ${SYNONYMS_MAX} synonyms` });
    } else if (ways.some((way) => way.length === 0)) {
      report(word, { at: 0, message: 'one of its synonyms has no word' });
    } else known.set(form, ways);
  }
  return known;
}
