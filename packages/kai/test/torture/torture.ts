/**
 * Torture: a node in a process of its own, on a real disk, is killed again and again at points that nobody chose, also
 * while it starts, and started over what it left. Nothing that it acknowledged may be lost or happen twice.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from './chance.ts';
import { Driver } from './driver.ts';
import { judge, type Verdict } from './judge.ts';
import { Life } from './life.ts';
import type { FromNode } from './wire.ts';

export interface TortureOptions {
  readonly kills: number;
  /** Messages at least. */
  readonly messages: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface Tortured extends Verdict {
  readonly messages: number;
  readonly acknowledged: number;
  readonly sentAgain: number;
  readonly kills: number;
  /** Kills before the node said that it was up. */
  readonly killsAtStart: number;
  readonly seconds: number;
  readonly passed: boolean;
}

/** Share of the kills that are aimed at the start. */
const AT_START = 0.3;
/** How long a start is taken to last before one was seen, in milliseconds. */
const START_MS = 300;
/** A kill comes up to so many milliseconds after the acknowledgement that it waits for. */
const AFTER_MS = 4;
/** Kills between two lines of progress. */
const PROGRESS_EVERY = 20;
/** How long the last node may take to finish what waits, and to stop. */
const END_MS = 60_000;

/** @throws Error when the node ends by itself or does not come to an end. Leaves its folder behind when it fails. */
export async function torture(options: TortureOptions): Promise<Tortured> {
  const folder = await mkdtemp(join(tmpdir(), 'kai-torture-'));
  const run = new Run(options, join(folder, 'node.db'));
  const outcome = await run.all();
  if (outcome.passed) await rm(folder, { recursive: true, force: true });
  else options.progress(`what is on disk stays in ${folder}`);
  return outcome;
}

class Run {
  readonly #options: TortureOptions;
  readonly #path: string;
  readonly #chance: Chance;
  readonly #driver: Driver;
  #kills = 0;
  #killsAtStart = 0;
  #startMs = START_MS;

  constructor(options: TortureOptions, path: string) {
    this.#options = options;
    this.#path = path;
    this.#chance = new Chance(options.seed);
    this.#driver = new Driver(options.messages, new Chance(options.seed + 1));
  }

  async all(): Promise<Tortured> {
    const began = performance.now();
    const { kills, progress } = this.#options;
    while (this.#kills < kills) {
      await this.#liveAndDie();
      if (this.#kills % PROGRESS_EVERY === 0) progress(this.#soFar(began));
    }
    await this.#liveToTheEnd();
    const verdict = await judge(this.#path, this.#driver);
    const { orders, acknowledged, sentAgain, refused } = this.#driver;
    const wrong = [...refused, ...verdict.wrong];
    return {
      ...verdict,
      wrong,
      messages: orders.length,
      acknowledged: acknowledged.size,
      sentAgain,
      kills: this.#kills,
      killsAtStart: this.#killsAtStart,
      seconds: (performance.now() - began) / 1000,
      passed:
        verdict.lost.length === 0 &&
        verdict.twice.length === 0 &&
        verdict.coins === verdict.coinsWanted &&
        wrong.length === 0,
    };
  }

  /** One life that ends by a kill: some time after its start, or after so many acknowledgements. */
  async #liveAndDie(): Promise<void> {
    const { kills, messages } = this.#options;
    const atStart = this.#chance.happens(AT_START);
    // Twice the mean, for those lives that end at the start make none.
    let acknowledgements = 1 + this.#chance.below((2 * messages) / kills / (1 - AT_START));
    const began = performance.now();
    let isUp = false;
    const life = new Life(this.#path, (message) => {
      if (message.op === 'up') {
        isUp = true;
        this.#startMs = performance.now() - began;
      }
      this.#serve(life, message, true);
      if (message.op !== 'heard' || atStart) return;
      const before = acknowledgements;
      acknowledgements -= message.heard.length;
      if (before > 0 && acknowledgements <= 0) this.#killIn(life, this.#chance.fraction() * AFTER_MS);
    });
    if (atStart) this.#killIn(life, this.#chance.fraction() * this.#startMs * 1.2);
    await life.over;
    if (life.hasFailed) throw new Error(`the node ended by itself: ${life.complaint}`);
    this.#kills += 1;
    if (!isUp) this.#killsAtStart += 1;
  }

  /** The last life: it goes on until nothing waits, and stops. */
  async #liveToTheEnd(): Promise<void> {
    const life = new Life(this.#path, (message) => {
      this.#serve(life, message, false);
      if (message.op === 'waiting' && message.agents.length === 0) life.tell({ op: 'stop' });
      else if (message.op === 'waiting' || this.#driver.isDone) life.tell({ op: 'waiting?' });
    });
    const late = setTimeout(() => life.kill(), END_MS);
    await life.over;
    clearTimeout(late);
    if (life.hasFailed) throw new Error(`the node ended by itself: ${life.complaint}`);
  }

  #serve(life: Life, message: FromNode, hasMore: boolean): void {
    if (message.op === 'waiting') return;
    const heard = message.op === 'heard' ? message.heard : [];
    const orders = message.op === 'up' ? [...this.#driver.atStart()] : [];
    orders.push(...this.#driver.next(heard, hasMore));
    if (orders.length > 0) life.tell({ op: 'send', orders });
  }

  #killIn(life: Life, ms: number): void {
    setTimeout(() => life.kill(), ms);
  }

  #soFar(began: number): string {
    const { orders, acknowledged } = this.#driver;
    const seconds = Math.round((performance.now() - began) / 1000);
    return `${this.#kills} kills, ${orders.length} messages, ${acknowledged.size} acknowledged, ${seconds} s`;
  }
}
