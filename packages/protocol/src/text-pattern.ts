/**
 * Regular expressions of schemas, matched in linear time.
 *
 * A schema may come from a stranger, and a backtracking engine needs 2^n steps for `^(a+)+$`. This one
 * follows all alternatives at once (Thompson 1968): at most states × characters steps, whatever the pattern.
 *
 * It knows what ECMA-262 knows with the flag `u`, save what cannot be done in linear time or is rarely
 * needed: look-around, back-references, word boundaries and modifiers are refused with a reason. Single
 * characters and classes are left to the native engine, so their meaning is exactly its own.
 */

import { quoted } from './parsed.ts';

/** Characters that a pattern may have. */
export const PATTERN_LENGTH_MAX = 1024;
/** States that a pattern may need, after `{n,m}` is written out. */
export const PATTERN_STATES_MAX = 512;

type Expression =
  | { readonly kind: 'one'; readonly source: string }
  | { readonly kind: 'edge'; readonly side: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly inner: Expression; readonly min: number; readonly max: number };

type State =
  | { readonly kind: 'one'; readonly takes: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'edge'; readonly side: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'match' };

/** A regular expression whose `test` takes linear time. Only `test` may be called. */
export class TextPattern extends RegExp {
  readonly #states: readonly State[];
  readonly #start: number;

  /** @throws TypeError when `source` is no regular expression, too large, or needs backtracking. */
  constructor(source: string) {
    const expression = parseExpression(source);
    super(source, 'u');
    const program = new Program();
    this.#start = program.add(expression, program.state({ kind: 'match' }));
    this.#states = program.states;
  }

  /** What one character of text costs at most. */
  get weight(): number {
    return this.#states.length;
  }

  override test(text: string): boolean {
    let here = new Thread(this.#states.length);
    let after = new Thread(this.#states.length);
    let at = 0;
    for (const character of text) {
      if (this.#enter(here, this.#start, at === 0, false)) return true;
      for (const index of here.waiting) {
        const state = this.#states[index];
        if (state?.kind !== 'one' || !state.takes(character)) continue;
        if (this.#enter(after, state.next, false, at + character.length === text.length)) return true;
      }
      at += character.length;
      here.clear();
      [here, after] = [after, here];
    }
    return this.#enter(here, this.#start, at === 0, true);
  }

  /** Adds what is reached from `start` without a character; tells whether that is the end of the pattern. */
  #enter(thread: Thread, start: number, atStart: boolean, atEnd: boolean): boolean {
    const open = [start];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const state = this.#states[index];
      if (state === undefined || !thread.visit(index)) continue;
      if (state.kind === 'match') return true;
      if (state.kind === 'one') thread.waiting.push(index);
      else if (state.kind === 'fork') open.push(...state.next);
      else if (state.side === 'start' ? atStart : atEnd) open.push(state.next);
    }
    return false;
  }
}

/**
 * Whether the native engine, too, takes linear time: at most one repetition, of a single character, in a
 * pattern that begins with `^` and has no alternatives. For names of `patternProperties`, which TypeBox
 * matches by itself.
 *
 * @throws TypeError as {@link TextPattern}.
 */
export function isPlainPattern(source: string): boolean {
  const expression = parseExpression(source);
  if (expression.kind !== 'sequence') return false;
  const repeats = expression.parts.filter((part) => part.kind === 'repeat');
  const single = expression.parts.every(
    (part) =>
      part.kind === 'one' || part.kind === 'edge' || (part.kind === 'repeat' && part.inner.kind === 'one'),
  );
  const [first] = expression.parts;
  const anchored = first?.kind === 'edge' && first.side === 'start';
  return single && (repeats.length === 0 || (repeats.length === 1 && anchored));
}

/** The states that are alive at one place of the text, each once. */
class Thread {
  readonly waiting: number[] = [];
  readonly #visited: Uint8Array;

  constructor(states: number) {
    this.#visited = new Uint8Array(states);
  }

  visit(state: number): boolean {
    if (this.#visited[state] === 1) return false;
    this.#visited[state] = 1;
    return true;
  }

  clear(): void {
    this.waiting.length = 0;
    this.#visited.fill(0);
  }
}

/** Writes an expression out as states, from its end to its beginning. */
class Program {
  readonly states: State[] = [];
  readonly #tests = new Map<string, (character: string) => boolean>();

  state(state: State): number {
    if (this.states.length >= PATTERN_STATES_MAX) {
      throw new TypeError(
        `a pattern needs at most ${PATTERN_STATES_MAX} states; write it with fewer repetitions`,
      );
    }
    return this.states.push(state) - 1;
  }

  add(expression: Expression, next: number): number {
    switch (expression.kind) {
      case 'one':
        return this.state({ kind: 'one', takes: this.#test(expression.source), next });
      case 'edge':
        return this.state({ kind: 'edge', side: expression.side, next });
      case 'sequence':
        return expression.parts.reduceRight((after, part) => this.add(part, after), next);
      case 'choice':
        return this.state({ kind: 'fork', next: expression.options.map((option) => this.add(option, next)) });
      case 'repeat':
        return this.#repeat(expression.inner, expression.min, expression.max, next);
    }
  }

  #repeat(inner: Expression, min: number, max: number, next: number): number {
    let start = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: number[] = [next];
      start = this.state({ kind: 'fork', next: loop });
      loop.push(this.add(inner, start));
    } else {
      for (let times = min; times < max; times += 1) {
        start = this.state({ kind: 'fork', next: [next, this.add(inner, start)] });
      }
    }
    for (let times = 0; times < min; times += 1) {
      const after = start;
      start = this.add(inner, after);
      // An empty group needs no state, so nothing else would end `(?:){999999999}`.
      if (start === after) break;
    }
    return start;
  }

  #test(source: string): (character: string) => boolean {
    const known = this.#tests.get(source);
    if (known !== undefined) return known;
    const native = new RegExp(`^(?:${source})$`, 'u');
    const ascii = Array.from({ length: 128 }, (_, code) => native.test(String.fromCharCode(code)));
    const test = (character: string): boolean =>
      ascii[character.codePointAt(0) ?? 0] ?? native.test(character);
    this.#tests.set(source, test);
    return test;
  }
}

const UNSUPPORTED = /\(\?(?!:|<[^=!])|\\[1-9kbB]/y;
const GROUP = /\((?:\?:|\?<[^=!>][^>]*>)?/y;
const CLASS = /\[(?:\\[\s\S]|[^\]\\])*\]/y;
const SURROGATES = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/y;
const ESCAPE = /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|c[A-Za-z]|[\s\S])/y;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;

function parseExpression(source: string): Expression {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw new TypeError(
      `a pattern has at most ${PATTERN_LENGTH_MAX} characters; this one has ${source.length}`,
    );
  }
  try {
    new RegExp(source, 'u');
  } catch (cause) {
    throw new TypeError(`${quoted(source)} is no regular expression`, { cause });
  }
  return new Reader(source).choice();
}

/** Reads a pattern that the native engine has found well formed. */
class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  choice(): Expression {
    const options = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      options.push(this.#sequence());
    }
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (
      this.#at < this.#source.length &&
      this.#source[this.#at] !== '|' &&
      this.#source[this.#at] !== ')'
    ) {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #atom(): Expression {
    const unsupported = this.#take(UNSUPPORTED);
    if (unsupported !== undefined) {
      throw new TypeError(
        `${quoted(this.#source)}: look-around, back-references, word boundaries and modifiers are not supported`,
      );
    }
    if (this.#take(GROUP) !== undefined) {
      const inner = this.choice();
      this.#at += 1;
      return inner;
    }
    const source = this.#take(CLASS) ?? this.#take(SURROGATES) ?? this.#take(ESCAPE) ?? this.#character();
    if (source === '^') return { kind: 'edge', side: 'start' };
    if (source === '$') return { kind: 'edge', side: 'end' };
    return { kind: 'one', source };
  }

  #quantified(inner: Expression): Expression {
    const found = this.#match(QUANTIFIER);
    if (found === null) return inner;
    const [text, least = '0', comma = '', most = ''] = found;
    if (text.startsWith('*')) return { kind: 'repeat', inner, min: 0, max: Number.POSITIVE_INFINITY };
    if (text.startsWith('+')) return { kind: 'repeat', inner, min: 1, max: Number.POSITIVE_INFINITY };
    if (text.startsWith('?')) return { kind: 'repeat', inner, min: 0, max: 1 };
    const min = Number(least);
    const max = comma === '' ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: 'repeat', inner, min, max };
  }

  #character(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #take(what: RegExp): string | undefined {
    return this.#match(what)?.[0];
  }

  #match(what: RegExp): RegExpExecArray | null {
    what.lastIndex = this.#at;
    const found = what.exec(this.#source);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}
