/** Numbers with their units, short enough for a table. */

const NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const KIB = 1_024;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** "12,480". */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** "1 note", "3 notes". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** "640 B", "12 KiB", "184 MiB". */
export function bytes(value: number): string {
  if (value < KIB) return `${count(value)} B`;
  if (value < KIB * KIB) return `${count(Math.ceil(value / KIB))} KiB`;
  const mib = value / KIB / KIB;
  return mib < KIB ? `${mib < 10 ? mib.toFixed(1) : count(mib)} MiB` : `${(mib / KIB).toFixed(1)} GiB`;
}

/** "3 ms", "1.2 s". */
export function took(ms: number): string {
  if (ms >= 10_000) return `${count(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms > 0 && ms < 1 ? '<1 ms' : `${count(ms)} ms`;
}

/** "4 d 3 h", "12 min". */
export function lasting(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  if (s < MINUTE_S) return `${s} s`;
  if (s < HOUR_S) return `${Math.floor(s / MINUTE_S)} min`;
  if (s < DAY_S) return `${Math.floor(s / HOUR_S)} h ${Math.floor((s % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(s / DAY_S)} d ${Math.floor((s % DAY_S) / HOUR_S)} h`;
}

/** A rate: "0.4", "12". */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(perSecond);
}
