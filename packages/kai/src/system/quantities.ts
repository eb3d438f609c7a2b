/** Times and sizes as people read them. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `3 minutes ago`; a time to come is `in 3 minutes`. */
export function ago(at: number, now = Date.now()): string {
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const awayMs = at - now;
  const size = Math.abs(awayMs);
  if (size < MINUTE_MS) return words.format(Math.round(awayMs / 1000), 'second');
  if (size < HOUR_MS) return words.format(Math.round(awayMs / MINUTE_MS), 'minute');
  if (size < DAY_MS) return words.format(Math.round(awayMs / HOUR_MS), 'hour');
  return words.format(Math.round(awayMs / DAY_MS), 'day');
}

/** `2026-11-22 15:47`, in the machine's own time zone. */
export function dateText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(date);
}

/** `15:47:08.123`. */
export function clockText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toTimeString().slice(0, 8)}.${ms}`;
}

/** `12.3 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
