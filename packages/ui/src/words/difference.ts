/**
 * What lies between a snapshot and now, in words. Read in two directions: what came since the snapshot, or what a
 * rollback to it changes, which leaves settings, code and unfinished messages as they are.
 */

import type { JsonValue } from '@kai/protocol';
import type { Changes, Difference } from '../connection/wire.ts';
import { count, counted } from './amount.ts';

export type Direction = 'since' | 'back';

/** One key that differs. */
export interface ChangeLine {
  readonly verb: 'Added' | 'Removed' | 'Changed';
  /** `timer bread`; a key of the state by itself. */
  readonly key: string;
  /** The value, or what it was and what it is. */
  readonly value: string;
}

/** Characters of a value that are shown. */
const VALUE_LENGTH_MAX = 80;

/** "2 keys added, 1 key changed; 1 timer removed." */
export function differenceSentence(
  { state, timers, settings, inbox, version }: Difference,
  to: Direction,
): string {
  const parts = [changesWords(state, 'key'), changesWords(timers, 'timer')];
  if (to === 'since') {
    parts.push(changesWords(settings, 'setting'));
    const waiting = inbox.added.length + inbox.removed.length + inbox.more;
    if (waiting > 0) parts.push(`${counted(waiting, 'unfinished message')} came or went`);
    if (version !== null) parts.push('its code or settings are of another version');
  }
  const said = parts.filter((part) => part !== '');
  if (said.length === 0) return to === 'since' ? 'Nothing has changed since.' : 'Nothing would change.';
  return `${to === 'since' ? 'Since then' : 'Going back'}: ${said.join('; ')}.`;
}

/** The keys that differ, as many as the node told. */
export function changeLines({ state, timers, settings }: Difference, to: Direction): readonly ChangeLine[] {
  return [
    ...linesOf(state, ''),
    ...linesOf(timers, 'timer '),
    ...(to === 'since' ? linesOf(settings, 'setting ') : []),
  ];
}

/** What a rollback leaves as it is now although it was different then; empty when there is no such thing. */
export function leftAsNow({ settings, inbox, version }: Difference): string {
  const stays = [
    ...(version !== null || changesWords(settings, 'setting') !== '' ? ['its code and settings'] : []),
    ...(inbox.added.length + inbox.removed.length + inbox.more > 0
      ? ['the messages it has not finished']
      : []),
  ];
  return stays.length === 0 ? '' : `As they are now stay ${stays.join(' and ')}.`;
}

function changesWords({ added, removed, changed, more }: Changes, noun: string): string {
  return [
    ...(added.length > 0 ? [`${counted(added.length, noun)} added`] : []),
    ...(removed.length > 0 ? [`${counted(removed.length, noun)} removed`] : []),
    ...(changed.length > 0 ? [`${counted(changed.length, noun)} changed`] : []),
    ...(more > 0 ? [`${count(more)} more`] : []),
  ].join(', ');
}

function linesOf({ added, removed, changed }: Changes, prefix: string): readonly ChangeLine[] {
  return [
    ...added.map(({ key, value }) => line('Added', prefix + key, shown(value))),
    ...removed.map(({ key, value }) => line('Removed', prefix + key, shown(value))),
    ...changed.map(({ key, before, after }) =>
      line('Changed', prefix + key, `${shown(before)} → ${shown(after)}`),
    ),
  ];
}

function line(verb: ChangeLine['verb'], key: string, value: string): ChangeLine {
  return { verb, key, value };
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
