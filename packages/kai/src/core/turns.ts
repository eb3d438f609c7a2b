/**
 * The turns of conversations, as kai-core keeps them: one key a turn, bounded per session, cleared by a mark so that
 * clearing can be undone.
 */

import type { JsonObject, JsonValue } from '@kai/protocol';
import type { AgentState } from '@kai/runtime';

/** Where an answer came from. */
export interface AnsweredBy extends JsonObject {
  readonly kind: 'phrasebook' | 'model' | 'none';
  readonly name: string;
  readonly where: string;
  readonly why: string;
}

/** A place in a document that an answer rests on. */
export interface Source extends JsonObject {
  readonly source: string;
  readonly place: string;
  readonly title: string;
  readonly excerpt: string;
}

export type Turn = {
  /** A UUIDv7, so that turns sort by time. */
  readonly id: string;
  readonly at: number;
  readonly role: 'person' | 'kai';
  readonly text: string;
  readonly answeredBy?: AnsweredBy;
  readonly sources?: readonly Source[];
  /** What the turn is about when nobody asked: a reminder that fired. */
  readonly about?: JsonObject;
};

export const SESSION_DEFAULT = 'main';
/** Turns kept per session; the oldest go first. */
export const TURNS_MAX = 500;
/** Sessions kept; the one that was silent longest goes first. */
export const SESSIONS_MAX = 20;

/** Turns that are shown, oldest first. */
export function turnsOf(state: AgentState, session: string): readonly Turn[] {
  const cleared = clearedUpTo(state, session);
  return allTurns(state, session).filter(({ id }) => id > cleared);
}

export function remember(state: AgentState, session: string, turn: Turn): void {
  state.set(`turn/${session}/${turn.id}`, turn as JsonValue);
  state.set(`session/${session}`, turn.at);
  const turns = allTurns(state, session);
  for (const { id } of turns.slice(0, Math.max(0, turns.length - TURNS_MAX)))
    state.delete(`turn/${session}/${id}`);
  forgetOldSessions(state);
}

/** Hides all turns so far; returns how many. What was hidden by the clearing before is gone for good. */
export function clear(state: AgentState, session: string): number {
  const before = clearedUpTo(state, session);
  for (const { id } of allTurns(state, session)) if (id <= before) state.delete(`turn/${session}/${id}`);
  const shown = turnsOf(state, session);
  const last = shown.at(-1);
  if (last !== undefined) state.set(`cleared/${session}`, last.id);
  return shown.length;
}

/** Shows again what was cleared last; returns how many turns came back. */
export function restore(state: AgentState, session: string): number {
  const before = turnsOf(state, session).length;
  state.delete(`cleared/${session}`);
  return turnsOf(state, session).length - before;
}

export function sessions(state: AgentState): readonly string[] {
  return Array.from(state.entries('session/'), ([key]) => key.slice('session/'.length));
}

function allTurns(state: AgentState, session: string): readonly Turn[] {
  return Array.from(state.entries(`turn/${session}/`), ([, turn]) => turn as Turn);
}

function clearedUpTo(state: AgentState, session: string): string {
  return (state.get(`cleared/${session}`) as string | undefined) ?? '';
}

function forgetOldSessions(state: AgentState): void {
  const known = Array.from(state.entries('session/'), ([key, at]) => ({ key, at: at as number }));
  const silent = known.sort((one, other) => other.at - one.at).slice(SESSIONS_MAX);
  for (const { key } of silent) {
    const session = key.slice('session/'.length);
    for (const { id } of allTurns(state, session)) state.delete(`turn/${session}/${id}`);
    state.delete(`cleared/${session}`);
    state.delete(key);
  }
}
