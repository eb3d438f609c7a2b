/** What a run found, as one table for people or as one JSON document. */

import { UNREST_MAX, unrestOf } from '../control.ts';
import type { Outcome } from '../measure-apart.ts';
import type { Figure } from '../measurement.ts';
import { isReached, spreadOf } from '../statistics.ts';
import { inUnit, targetIn } from './words.ts';

export interface Ran {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface Report {
  readonly ran: readonly Ran[];
  /** The control's readings, in milliseconds: before, between and after the measurements. */
  readonly control: readonly number[];
  /** What the run stood on: versions and processors, in words. */
  readonly machine: string;
  readonly seconds: number;
}

const HEADINGS = ['measurement', 'what', 'median', 'range', 'target', 'reached', 'absolute, this run only'];

export function asTable({ ran, control, machine, seconds }: Report): string {
  const rows = ran.flatMap(({ name, outcome }) => rowsOf(name, outcome));
  const broken = ran.flatMap(({ name, outcome }) =>
    outcome.kind === 'broken' ? [`${name} is broken: ${outcome.reason}`] : [],
  );
  const end = `${machine}; ${Math.round(seconds)} s`;
  return [...aligned([HEADINGS, ...rows]), '', end, unrestIn(control), ...broken].join('\n');
}

export function asJson({ ran, control, machine, seconds }: Report): string {
  const measurements = ran.map(({ name, outcome }) =>
    outcome.kind === 'measured' ? { name, figures: outcome.figures.map(summed) } : { name, ...outcome },
  );
  const unrest = unrestOf(control);
  const quotable = unrest <= UNREST_MAX;
  return JSON.stringify({ machine, seconds, control, unrest, quotable, measurements }, undefined, 2);
}

function summed(figure: Figure): object {
  return { ...figure, ...spreadOf(figure.samples), reached: isReached(figure) };
}

function rowsOf(name: string, outcome: Outcome): string[][] {
  switch (outcome.kind) {
    case 'measured':
      return outcome.figures.map((figure) => rowOf(name, figure));
    case 'not-measured':
      return [emptyRow(name, `not measured: ${outcome.reason}`, '')];
    case 'broken':
      return [emptyRow(name, 'broken: see below', 'no')];
  }
}

function rowOf(name: string, figure: Figure): string[] {
  const { subject, unit, samples, target, note } = figure;
  const { median, least, most } = spreadOf(samples);
  const range = `${inUnit(least, unit)} – ${inUnit(most, unit)}`;
  return [
    name,
    subject,
    inUnit(median, unit),
    range,
    targetIn(target, unit),
    yesOrNo(isReached(figure)),
    note,
  ];
}

function emptyRow(name: string, why: string, reached: string): string[] {
  return [name, why, '–', '–', '–', reached, ''];
}

function yesOrNo(reached: boolean | undefined): string {
  if (reached === undefined) return '';
  return reached ? 'yes' : 'NO';
}

function unrestIn(control: readonly number[]): string {
  const percent = `${Math.round(unrestOf(control) * 100)} %`;
  const limit = `${UNREST_MAX * 100} %`;
  return unrestOf(control) <= UNREST_MAX
    ? `The control differed by ${percent} (at most ${limit}).`
    : `THE MACHINE WAS TOO NOISY TO QUOTE THIS RUN: the control differed by ${percent} (at most ${limit}).`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
