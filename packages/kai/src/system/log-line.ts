/**
 * One log entry as a line for people: `10:42:07 warn  gateway: the message  field=value`.
 *
 * What comes from outside may stand in a field, so control characters never reach the terminal.
 */

import { paint } from './paint.ts';
import { printable } from './printable.ts';

/** Characters of one field's value that are shown. */
const VALUE_LENGTH_MAX = 200;

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Takes one line of pino's JSON; anything else is passed on as it is. */
export function prettyLine(json: string, colour: boolean): string {
  const entry = parsedEntry(json);
  if (entry === undefined) return json;
  const { level, time, component, msg, err, ...fields } = entry;
  const name = LEVEL_NAMES[Number(level)] ?? 'info';
  const ink = paint(colour);
  const shade = name === 'error' || name === 'fatal' ? ink.red : name === 'warn' ? ink.yellow : ink.dim;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const from = component === undefined ? '' : `${component}: `;
  const rest = Object.entries({ ...fields, ...reasonOf(err) }).map(
    ([key, value]) => `  ${key}=${shown(value)}`,
  );
  const text = printable(`${from}${msg ?? ''}`);
  return `${ink.dim(clock)} ${shade(name.padEnd(5))} ${text}${ink.dim(printable(rest.join('')))}\n`;
}

function parsedEntry(json: string): Record<string, unknown> | undefined {
  try {
    const entry: unknown = JSON.parse(json);
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(err: unknown): object {
  if (err === undefined) return {};
  const message = (err as { readonly message?: unknown } | null)?.message;
  return { reason: message ?? err };
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
