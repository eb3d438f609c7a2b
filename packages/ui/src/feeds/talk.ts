/**
 * The conversation as a pure step: (talk, event) → talk.
 *
 * What this window says appears at once and streams as `pending`; the node also publishes every turn, from
 * whichever window, and the two must meet without a flicker or a double. A turn that the node knows is
 * recognised by its id, and the reply says which ids are this window's own. Until it has come, a turn that only
 * this window knows has a `local-` id, and what the node tells in the meantime is matched by its words.
 */

import type { ErrorPayload } from '@kai/protocol';
import type { SayChunk, SayReply, Source, Turn } from '../connection/wire.ts';

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
  /** The id that the question has in this window until the node's is known. */
  readonly question: string;
  readonly at: number;
  readonly asked: string;
  readonly text: string;
  readonly steps: readonly TalkStep[];
  readonly sources: readonly Source[];
  /** Turns of kai heard meanwhile that begin like this answer: its own record, or one of another window. */
  readonly echoes: readonly Turn[];
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
  const pending: Pending = {
    id: `local-${id}-kai`,
    question: said.id,
    at,
    asked: text,
    text: '',
    steps: [],
    sources: [],
    echoes: [],
  };
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
  const { turns, pending } = talk;
  const known = turns.findIndex(({ id }) => id === turn.id);
  if (known < 0 && pending !== undefined && isEcho(turn, pending)) {
    const others = pending.echoes.filter(({ id }) => id !== turn.id);
    return { ...talk, pending: { ...pending, echoes: [...others, turn] } };
  }
  const twin = known >= 0 ? known : turns.findLastIndex((one) => isTwin(one, turn));
  if (twin < 0) return { ...talk, turns: bounded(inOrder(turns, turn)) };
  return { ...talk, turns: turns.with(twin, { ...turns[twin], ...turn }) };
}

function isEcho(turn: Turn, { text }: Pending): boolean {
  return turn.role === 'kai' && turn.about === undefined && turn.text.startsWith(text.trimEnd());
}

/** Whether `known` is this window's own record of what the node now tells. */
function isTwin(known: ShownTurn, turn: Turn): boolean {
  return (
    known.id.startsWith('local-') &&
    known.role === 'person' &&
    turn.role === 'person' &&
    known.text === turn.text &&
    Math.abs(known.at - turn.at) < SAME_SENTENCE_MS
  );
}

function inOrder(turns: readonly ShownTurn[], turn: Turn): readonly ShownTurn[] {
  const before = turns.findLastIndex(({ at }) => at <= turn.at);
  return turns.toSpliced(before + 1, 0, turn);
}

function finish(talk: Talk, at: number, reply: SayReply, trace: string): Talk {
  const { pending } = talk;
  if (pending === undefined) return talk;
  const { echoes } = pending;
  const answer: ShownTurn = {
    id: reply.turn,
    at: echoes.find(({ id }) => id === reply.turn)?.at ?? at,
    role: 'kai',
    text: reply.text,
    answeredBy: reply.answeredBy,
    sources: reply.sources,
    ...(pending.steps.length > 0 ? { steps: pending.steps } : {}),
    ...(trace === '' ? {} : { trace }),
  };
  const known = withOwnQuestion(talk.turns, pending, reply.asked).filter(({ id }) => id !== reply.turn);
  const others = echoes.filter(({ id }) => id !== reply.turn);
  return { turns: bounded([...others.reduce(inOrder, known), answer]), pending: undefined };
}

/** The question under its id of the node, in case that has not been heard yet. */
function withOwnQuestion(
  turns: readonly ShownTurn[],
  { question }: Pending,
  asked: string,
): readonly ShownTurn[] {
  if (turns.some(({ id }) => id === asked)) return turns;
  return turns.map((turn) => (turn.id === question ? { ...turn, id: asked } : turn));
}

function fail(talk: Talk, at: number, error: ErrorPayload): Talk {
  const { pending } = talk;
  if (pending === undefined) return talk;
  const { id, text, steps, sources, asked } = pending;
  const answer: ShownTurn = { id, at, role: 'kai', text, steps, sources, failure: error, asked };
  return { turns: bounded([...pending.echoes.reduce(inOrder, talk.turns), answer]), pending: undefined };
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
