/**
 * The template language: words, `{slot}`, `(this|that)`, `[words that may be missing]`, nested.
 *
 *     template = alternative              ; alone, `|` stands only inside brackets
 *     bracket  = "(" alternative *( "|" alternative ) ")" / "[" alternative *( "|" alternative ) "]"
 *     slot     = "{" name "}"
 *
 * Parsing returns the first problem with its offset. The trap is a bracket glued to a word (`light[s]`): brackets
 * hold whole words, so that is a problem, not half a word.
 */

import { type Parsed, parsed, problem, quoted } from '@kai/protocol';
import { NESTING_MAX, TEMPLATE_LENGTH_MAX } from './limits.ts';
import { wordsOf } from './words.ts';

export type Part =
  | { readonly kind: 'word'; readonly form: string; readonly at: number }
  | { readonly kind: 'slot'; readonly name: string; readonly at: number }
  /** One of the options is said; an empty option is silence. */
  | { readonly kind: 'choice'; readonly options: readonly Sequence[]; readonly at: number };

export type Sequence = readonly Part[];

const SLOT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const CLOSER = { '(': ')', '[': ']' } as const;
const STRUCTURE = /[()[\]{}|]/;
/** What may touch a bracket: structure, space, and marks that are no part of a word. */
const MAY_TOUCH = /[()[\]{}|\s.,;:!?…。！？、，；："“”„«»]/u;

/** The first problem ends the parse; it travels up as an exception that never leaves this file. */
class Misfit extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export function parseTemplate(text: string): Parsed<Sequence> {
  if (text.length > TEMPLATE_LENGTH_MAX) {
    return problem(TEMPLATE_LENGTH_MAX, `a template has at most ${TEMPLATE_LENGTH_MAX} characters`);
  }
  try {
    return parsed(new TemplateReader(text).whole());
  } catch (error) {
    if (error instanceof Misfit) return problem(error.at, error.message);
    throw error;
  }
}

class TemplateReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Sequence {
    const parts = this.#sequence(0);
    const left = this.#text[this.#at];
    if (left === '|') throw new Misfit(this.#at, 'alternatives stand in brackets: ( | ) or [ | ]');
    if (left !== undefined) throw new Misfit(this.#at, `this ${left} closes nothing`);
    if (parts.length === 0) throw new Misfit(0, 'a template needs words');
    return parts;
  }

  #sequence(depth: number): Sequence {
    const parts: Part[] = [];
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === ')' || next === ']' || next === '|') return parts;
      if (next === '{') parts.push(this.#slot());
      else if (next === '(' || next === '[') parts.push(this.#choice(next, depth + 1));
      else if (next === '}') throw new Misfit(this.#at, 'this } closes nothing');
      else parts.push(...this.#words());
    }
  }

  #words(): Sequence {
    const start = this.#at;
    while (this.#at < this.#text.length && !STRUCTURE.test(this.#text.charAt(this.#at))) this.#at += 1;
    const words = wordsOf(this.#text.slice(start, this.#at));
    return words.map(({ form, start: offset }) => ({ kind: 'word', form, at: start + offset }));
  }

  #slot(): Part {
    const at = this.#open();
    const end = this.#text.indexOf('}', at);
    if (end === -1) throw new Misfit(at, 'this { is not closed');
    const name = this.#text.slice(at + 1, end).trim();
    if (!SLOT_NAME.test(name) || name === '__proto__') {
      throw new Misfit(at + 1, `a slot is named by letters, digits, _ and -; got ${quoted(name)}`);
    }
    this.#at = end;
    this.#close();
    return { kind: 'slot', name, at };
  }

  #choice(opener: '(' | '[', depth: number): Part {
    const at = this.#open();
    if (depth > NESTING_MAX) throw new Misfit(at, `brackets nest at most ${NESTING_MAX} deep`);
    const options: Sequence[] = [];
    do {
      this.#at += 1;
      const began = this.#at;
      const option = this.#sequence(depth);
      if (option.length === 0)
        throw new Misfit(began, 'nothing stands here; for words that may be missing use [ ]');
      options.push(option);
    } while (this.#text[this.#at] === '|');
    const closer = this.#text[this.#at];
    if (closer === undefined) throw new Misfit(at, `this ${opener} is not closed`);
    if (closer !== CLOSER[opener]) throw new Misfit(this.#at, `${closer} closes a ${opener}`);
    this.#close();
    return { kind: 'choice', options: opener === '[' ? [...options, []] : options, at };
  }

  /** Checks what touches the bracket from the left; returns where it stands. */
  #open(): number {
    const before = this.#text[this.#at - 1];
    if (before !== undefined && !MAY_TOUCH.test(before)) {
      throw new Misfit(this.#at, 'brackets hold whole words: put a space before this one');
    }
    return this.#at;
  }

  #close(): void {
    this.#at += 1;
    const after = this.#text[this.#at];
    if (after !== undefined && !MAY_TOUCH.test(after)) {
      throw new Misfit(this.#at, 'brackets hold whole words: put a space here');
    }
  }
}
