/**
 * The conversation as a pure step: (talk, event) → talk.
 *
 * What this window says appears at once and streams as `pending`; the node also publishes every turn, from
 * whichever window, and the two must meet without a flicker or a double. A turn that the node knows is
 * recognised by its id; one that only this window knows has a `local-` id until the node's arrives.
 */

import type { ErrorPayload } from '@kai/protocol';
import type { SayChunk, SayReply, Source, Turn } from '../connection/wire.ts';
import { toMs } from '../words/moment.ts';

export interface TalkStep {
  readonly intent: string;
  readonly to: string;
  readonly status: 'started' | 'done' | 'failed';
  readonly tookMs?: number;
}

/** A turn with what only the window that asked has seen. */
export interface ShownTurn extends Turn {
  readonly steps?: readonly TalkStep[];
  /** The trace of the request, to follow it in Messages. */
  readonly trace?: string;
  readonly failure?: ErrorPayload;
  /** What was asked, in a reply that failed. */
  readonly asked?: string;
}

export interface Pending {
  readonly id: string;
  readonly at: number;
  readonly asked: string;
  readonly text: string;
  readonly steps: readonly TalkStep[];
  readonly sources: readonly Source[];
  /** The node's own record of the reply, when it arrived before the reply itself. */
  readonly echo?: Turn;
}

export interface Talk {
  readonly turns: readonly ShownTurn[];
  readonly pending: Pending | undefined;
}

export type TalkEvent =
  | { readonly kind: 'history'; readonly turns: readonly Turn[] }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'said'; readonly id: string; readonly at: number; readonly text: string }
  | { readonly kind: 'chunk'; readonly chunk: SayChunk }
  | { readonly kind: 'heard'; readonly turn: Turn }
  | { readonly kind: 'answered'; readonly at: number; readonly reply: SayReply; readonly trace: string }
  | { readonly kind: 'failed'; readonly at: number; readonly error: ErrorPayload };

/** Turns that a window shows; older ones stay with the node. */
export const TURNS_MAX = 400;
/** Two records of one sentence are no further apart than this, in milliseconds. */
const SAME_SENTENCE_MS = 60_000;

export const SILENCE: Talk = { turns: [], pending: undefined };

export function stepTalk(talk: Talk, event: TalkEvent): Talk {
  switch (event.kind) {
    case 'history':
      return { ...talk, turns: mergeHistory(talk.turns, event.turns) };
    case 'cleared':
      return { ...talk, turns: [] };
    case 'said':
      return begin(talk, event.id, event.at, event.text);
    case 'chunk':
      return talk.pending === undefined ? talk : { ...talk, pending: grow(talk.pending, event.chunk) };
    case 'heard':
      return hear(talk, event.turn);
    case 'answered':
      return finish(talk, event.at, event.reply, event.trace);
    case 'failed':
      return fail(talk, event.at, event.error);
  }
}

function begin(talk: Talk, id: string, at: number, text: string): Talk {
  const said: ShownTurn = { id: `local-${id}-person`, at, role: 'person', text };
  const pending: Pending = { id: `local-${id}-kai`, at, asked: text, text: '', steps: [], sources: [] };
  return { turns: bounded([...talk.turns, said]), pending };
}

function grow(pending: Pending, chunk: SayChunk): Pending {
  switch (chunk.kind) {
    case 'text':
      return { ...pending, text: pending.text + chunk.text };
    case 'sources':
      return { ...pending, sources: chunk.sources };
    case 'step':
      return { ...pending, steps: withStep(pending.steps, chunk) };
    default:
      return pending;
  }
}

/** A step that ends takes the place of the last one that started for the same intent. */
function withStep(steps: readonly TalkStep[], chunk: SayChunk & { kind: 'step' }): readonly TalkStep[] {
  const { kind: _, ...step } = chunk;
  const open = steps.findLastIndex(
    ({ intent, to, status }) => status === 'started' && intent === step.intent && to === step.to,
  );
  return step.status === 'started' || open < 0 ? [...steps, step] : steps.with(open, step);
}

function hear(talk: Talk, turn: Turn): Talk {
  if (talk.turns.some(({ id }) => id === turn.id)) return talk;
  const { pending } = talk;
  if (pending !== undefined && turn.role === 'kai' && turn.about === undefined) {
    if (turn.text.startsWith(pending.text.trimEnd())) return { ...talk, pending: { ...pending, echo: turn } };
  }
  const twin = talk.turns.findLastIndex((known) => isTwin(known, turn));
  if (twin < 0) return { ...talk, turns: bounded(inOrder(talk.turns, turn)) };
  return { ...talk, turns: talk.turns.with(twin, { ...talk.turns[twin], ...turn }) };
}

/** Whether `known` is this window's own record of what the node now tells. */
function isTwin(known: ShownTurn, turn: Turn): boolean {
  return (
    known.id.startsWith('local-') &&
    known.failure === undefined &&
    known.role === turn.role &&
    known.text === turn.text &&
    Math.abs(toMs(known.at) - toMs(turn.at)) < SAME_SENTENCE_MS
  );
}

function inOrder(turns: readonly ShownTurn[], turn: Turn): readonly ShownTurn[] {
  const before = turns.findLastIndex(({ at }) => toMs(at) <= toMs(turn.at));
  return turns.toSpliced(before + 1, 0, turn);
}

function finish(talk: Talk, at: number, reply: SayReply, trace: string): Talk {
  const { pending } = talk;
  if (pending === undefined) return talk;
  const { echo } = pending;
  const own = echo?.text === reply.text ? echo : undefined;
  const answer: ShownTurn = {
    id: own?.id ?? pending.id,
    at: own?.at ?? at,
    role: 'kai',
    text: reply.text,
    answeredBy: reply.answeredBy,
    sources: reply.sources,
    ...(pending.steps.length > 0 ? { steps: pending.steps } : {}),
    ...(trace === '' ? {} : { trace }),
  };
  const others = echo !== undefined && own === undefined ? [echo] : [];
  return { turns: bounded([...talk.turns, ...others, answer]), pending: undefined };
}

function fail(talk: Talk, at: number, error: ErrorPayload): Talk {
  const { pending } = talk;
  if (pending === undefined) return talk;
  const { id, text, steps, sources, asked } = pending;
  const answer: ShownTurn = { id, at, role: 'kai', text, steps, sources, failure: error, asked };
  return { turns: bounded([...talk.turns, answer]), pending: undefined };
}

/** The node's record counts; what only this window has seen of a turn is kept with it. */
function mergeHistory(shown: readonly ShownTurn[], history: readonly Turn[]): readonly ShownTurn[] {
  const merged: ShownTurn[] = history.map((turn) => {
    const known = shown.find(({ id }) => id === turn.id) ?? shown.find((own) => isTwin(own, turn));
    return known === undefined ? turn : { ...known, ...turn };
  });
  const unanswered = shown.filter((turn) => turn.failure !== undefined && !isAnswered(turn, history));
  return bounded([...merged, ...unanswered.flatMap((turn) => withQuestion(turn, shown, history))]);
}

function isAnswered(failed: ShownTurn, history: readonly Turn[]): boolean {
  const asked = history.findLastIndex(({ role, text }) => role === 'person' && text === failed.asked);
  return asked >= 0 && history.slice(asked).some(({ role }) => role === 'kai');
}

/** A failed reply with its question, unless the node has recorded the question. */
function withQuestion(
  failed: ShownTurn,
  shown: readonly ShownTurn[],
  history: readonly Turn[],
): readonly ShownTurn[] {
  if (history.some(({ role, text }) => role === 'person' && text === failed.asked)) return [failed];
  const asked = shown.findLast(({ role, text }) => role === 'person' && text === failed.asked);
  return asked === undefined ? [failed] : [asked, failed];
}

function bounded(turns: readonly ShownTurn[]): readonly ShownTurn[] {
  return turns.length > TURNS_MAX ? turns.slice(-TURNS_MAX) : turns;
}
