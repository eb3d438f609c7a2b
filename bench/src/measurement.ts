/**
 * A measurement and what it finds: figures, each one sample a round, beside the target that they are held against.
 *
 * A measurement throws when what it measures did not do its work (an answer missing, a row not on disk): then there
 * is no figure, because a wrong answer has no speed.
 */

export type Unit = 'ratio' | 'bytes' | 'seconds' | 'milliseconds' | 'per-second';

/** What the median of a figure has to reach. */
export type Target =
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'at-most'; readonly value: number }
  /** For information only. */
  | { readonly kind: 'none' };

export interface Figure {
  /** What is set beside what. */
  readonly subject: string;
  readonly unit: Unit;
  /** One a round, in the order of the rounds. */
  readonly samples: readonly number[];
  readonly target: Target;
  /** Absolute numbers behind it, in words; they hold for this run on this machine only. */
  readonly note: string;
}

/** How much is measured: everything in a real run, a little in a test. */
export interface Scale {
  /** Rounds of each side, alternating. */
  readonly rounds: number;
  /** How long one side of one round lasts, where time decides, in milliseconds. */
  readonly roundMs: number;
  /** Share of the counts (agents, files, rows), above 0 and at most 1. */
  readonly share: number;
}

export const FULL_SCALE: Scale = { rounds: 7, roundMs: 320, share: 1 };

/** Why there are no figures, though nothing broke: what it is measured beside is not there. */
export interface NotMeasured {
  readonly notMeasured: string;
}

export interface Measurement {
  readonly name: string;
  /** Resolves to its figures. @throws when the measured part did not do its work. */
  measure(scale: Scale): Promise<readonly Figure[] | NotMeasured>;
}

export const NO_TARGET: Target = { kind: 'none' };

export function atLeast(value: number): Target {
  return { kind: 'at-least', value };
}

export function atMost(value: number): Target {
  return { kind: 'at-most', value };
}

/** `count` at this scale, at least one. */
export function scaled(count: number, { share }: Scale): number {
  return Math.max(1, Math.round(count * share));
}
