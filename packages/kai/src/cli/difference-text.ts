/** What lies between two snapshots, for people: one line for each key, `+` what is new, `-` what is gone, `~` what changed. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import { printableLine } from '../system/printable.ts';
import { memberObject } from './live.ts';
import { cut } from './table.ts';
import type { Terminal } from './terminal.ts';
import { listOf, textOf } from './with-node.ts';

/** Prints the difference as a node tells it; `otherwise` when there is none. */
export function printDifference(terminal: Terminal, difference: JsonObject, otherwise: string): void {
  const parts = [
    ...changeLines(terminal, 'state', memberObject(difference.state)),
    ...changeLines(terminal, 'timer', memberObject(difference.timers)),
    ...changeLines(terminal, 'setting', memberObject(difference.settings)),
    ...inboxLines(terminal, memberObject(difference.inbox)),
    ...versionLines(terminal, difference.version),
  ];
  for (const line of parts.length === 0 ? [otherwise] : parts) terminal.line(line);
}

function changeLines({ ink, width }: Terminal, what: string, changes: JsonObject): readonly string[] {
  const line = (sign: string, { key }: JsonObject, text: string): string =>
    cut(printableLine(`${sign} ${what} ${textOf(key)}: ${text}`), width);
  const { more } = changes;
  return [
    ...listOf(changes, 'added').map((one) => ink.green(line('+', one, shown(one.value)))),
    ...listOf(changes, 'removed').map((one) => ink.red(line('-', one, shown(one.value)))),
    ...listOf(changes, 'changed').map((one) =>
      ink.yellow(line('~', one, `${shown(one.before)} → ${shown(one.after)}`)),
    ),
    ...(Number(more) > 0 ? [ink.dim(`  … and ${more} more`)] : []),
  ];
}

function inboxLines({ ink }: Terminal, inbox: JsonObject): readonly string[] {
  const ids = (key: string): readonly JsonValue[] => {
    const list: JsonValue | undefined = inbox[key];
    return Array.isArray(list) ? list : [];
  };
  const line = (sign: string) => (id: JsonValue) => `${sign} unfinished message ${printableLine(textOf(id))}`;
  return [
    ...ids('added').map((id) => ink.green(line('+')(id))),
    ...ids('removed').map((id) => ink.red(line('-')(id))),
  ];
}

function versionLines({ ink }: Terminal, version: JsonValue | undefined): readonly string[] {
  const { before, after } = memberObject(version);
  const [one, other] = [memberObject(before), memberObject(after)];
  if (before === undefined) return [];
  const names = `${textOf(one.semver)} → ${textOf(other.semver)}`;
  const text = one.semver === other.semver ? `${textOf(one.semver)}, its code or settings are others` : names;
  return [ink.yellow(`~ version ${printableLine(text)}`)];
}

function shown(value: JsonValue | undefined): string {
  return JSON.stringify(value) ?? '';
}
