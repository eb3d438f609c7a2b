/** Figures in words for people: few digits, units behind them. */

import type { Target, Unit } from '../measurement.ts';
import { spreadOf } from '../statistics.ts';

/** The median rate, such as `1.21 M/s`. */
export function perSecond(rates: readonly number[], what = ''): string {
  return `${short(spreadOf(rates).median)}${what === '' ? '' : ` ${what}`}/s`;
}

/** Three digits and a thousands' letter. */
export function short(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e4) return `${digits(value / 1e3)} k`;
  return digits(value);
}

export function inUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return `${digits(value)}×`;
    case 'bytes':
      return `${Math.round(value)} B`;
    case 'seconds':
      return `${digits(value)} s`;
    case 'milliseconds':
      return `${digits(value)} ms`;
    case 'per-second':
      return `${short(value)}/s`;
  }
}

export function targetIn(target: Target, unit: Unit): string {
  switch (target.kind) {
    case 'at-least':
      return `≥ ${inUnit(target.value, unit)}`;
    case 'at-most':
      return `≤ ${inUnit(target.value, unit)}`;
    case 'none':
      return 'info';
  }
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
