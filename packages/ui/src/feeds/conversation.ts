/**
 * Feeds the conversation: history at each greeting, turns as they are published, and what a person says here.
 * One answer streams at a time.
 */

import type { Link } from '../connection/link.ts';
import type { Ability, SayChunk, SayReply, Turn } from '../connection/wire.ts';
import { type Kept, keptCell } from '../kept/kept.ts';
import { type Cell, cell } from '../state/cell.ts';
import { type Pending, type ShownTurn, SILENCE, stepTalk, type TalkEvent } from './talk.ts';

const KAI = 'kai://agent.kai-core';
const HISTORY_LIMIT = 200;
/** Turns that a browser keeps for the time it is offline. */
const KEPT_TURNS_MAX = 100;
/** An answer may take this long, in milliseconds: small models on small machines are slow. */
const ANSWER_TIMEOUT_MS = 600_000;

export interface Conversation {
  readonly turns: Cell<Kept<readonly ShownTurn[]>>;
  readonly pending: Cell<Pending | undefined>;
  readonly abilities: Cell<Kept<readonly Ability[]>>;
  say(text: string): void;
  stop(): void;
  /** Whether the node did it. */
  clear(): Promise<boolean>;
  restore(): Promise<boolean>;
}

export function openConversation(link: Link): Conversation {
  const turns = keptCell<readonly ShownTurn[]>('turns.1', [], (all) => all.slice(-KEPT_TURNS_MAX));
  const abilities = keptCell<readonly Ability[]>('abilities.1', [], (all) => all);
  const pending = cell<Pending | undefined>(undefined);
  let talk = { ...SILENCE, turns: turns.get().value };
  let answering = new AbortController();
  let said = 0;
  let own: string | undefined;

  function take(event: TalkEvent): void {
    talk = stepTalk(talk, event);
    if (talk.turns !== turns.get().value) turns.set({ value: talk.turns, at: Date.now() });
    pending.set(talk.pending);
  }

  async function loadHistory(): Promise<void> {
    const answer = await link.ask<{ session: string; turns: readonly Turn[] }>({
      to: KAI,
      intent: 'conversation.history',
      payload: { limit: HISTORY_LIMIT },
    });
    if (answer.kind === 'error') return;
    own = answer.payload.session;
    take({ kind: 'history', turns: answer.payload.turns });
  }

  async function loadAbilities(): Promise<void> {
    const answer = await link.ask<{ abilities: readonly Ability[] }>({
      to: KAI,
      intent: 'conversation.abilities',
    });
    if (answer.kind === 'reply') abilities.set({ value: answer.payload.abilities, at: Date.now() });
  }

  async function ask(text: string): Promise<void> {
    answering = new AbortController();
    said += 1;
    take({ kind: 'said', id: `${Date.now()}-${said}`, at: Date.now(), text });
    const answer = await link.ask<SayReply>({
      to: KAI,
      intent: 'conversation.say',
      payload: { text },
      timeoutMs: ANSWER_TIMEOUT_MS,
      signal: answering.signal,
      onChunk: (chunk: SayChunk) => take({ kind: 'chunk', chunk }),
    });
    const at = Date.now();
    if (answer.kind === 'error') take({ kind: 'failed', at, error: answer.error });
    else take({ kind: 'answered', at, reply: answer.payload, trace: answer.trace });
  }

  async function change(intent: string): Promise<boolean> {
    return (await link.ask({ to: KAI, intent })).kind === 'reply';
  }

  /** Whoever cleared it or brought it back, this window included. */
  function follow({ session, cleared }: { session: string; cleared?: number }): void {
    if (session !== own) return;
    if (cleared !== undefined) take({ kind: 'cleared' });
    else void loadHistory();
  }

  link.onOpen((_, signal) => {
    void loadHistory();
    void loadAbilities();
    link.subscribe('tasks:conversation.cleared', signal, follow);
    link.subscribe(
      'tasks:conversation.turn',
      signal,
      ({ session, turn }: { session: string; turn: Turn }) => {
        if (session === (own ?? session)) take({ kind: 'heard', turn });
      },
    );
  });

  return {
    turns,
    pending,
    abilities,
    say: (text) => void ask(text),
    stop: () => answering.abort(),
    clear: () => change('conversation.clear'),
    restore: () => change('conversation.restore'),
  };
}
