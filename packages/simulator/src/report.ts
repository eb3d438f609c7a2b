/** What a run found, as plain JSON. */

import type { Violation } from './check/violation.ts';
import type { ChaosName } from './scenario/scenario.ts';

export interface SimCounts {
  /** Messages that clients sent. */
  readonly messages: number;
  /** Those that were acknowledged, by the level they were told. */
  readonly sent: number;
  readonly received: number;
  readonly durable: number;
  readonly effected: number;
  readonly refused: number;
  /** Those of which the client heard nothing, and could not ask again. */
  readonly unknown: number;
  /** Effects on disk, of clients' messages and of agents' own. */
  readonly effects: number;
  readonly lost: number;
  readonly unsent: number;
  readonly duplicated: number;
  readonly stuck: number;
  readonly crashes: number;
  readonly crashPoints: number;
  /** Writes that were synced. */
  readonly synced: number;
  readonly events: number;
  /** Milliseconds that passed in the world. */
  readonly virtualMs: number;
}

/** How to run exactly this again: the options of `runScenario`, and the same as a command line. */
export interface Replay {
  readonly seed: number;
  readonly chaos?: readonly ChaosName[];
  readonly crashAt?: number;
  readonly keep?: readonly string[];
  readonly command: string;
}

/** The smallest schedule found that still breaks the first invariant that was broken. */
export interface Minimal {
  readonly violations: readonly Violation[];
  /** In words, a line for each message and fault. */
  readonly schedule: readonly string[];
  /** What happened to the offending message, and to its world. */
  readonly trace: readonly string[];
  readonly traceHash: string;
  /** Messages and faults before and after. */
  readonly from: number;
  readonly to: number;
  /** Runs that it took. */
  readonly runs: number;
  readonly replay: Replay;
}

export interface SimReport {
  readonly scenario: string;
  readonly host: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly violations: readonly Violation[];
  readonly counts: SimCounts;
  /** Equal for equal runs. */
  readonly traceHash: string;
  readonly replay: Replay;
  /** What happened, line by line; only when it was asked for. */
  readonly trace?: readonly string[];
  /** Only of a run that failed, unless shrinking was switched off. */
  readonly minimal?: Minimal;
}
