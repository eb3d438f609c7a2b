/** Feeds the notes: the whole list at each greeting and after every change, whoever made it. */

import type { Answer, Link } from '../connection/link.ts';
import type { Note } from '../connection/wire.ts';
import { type Kept, keptCell } from '../kept/kept.ts';
import type { Cell } from '../state/cell.ts';

export const NOTES = 'kai://agent.notes';
/** What the agent gives at most. */
const LIST_LIMIT = 200;
const KEPT_NOTES_MAX = 200;

/** `note` is null where nothing was changed; `text` says why. */
export interface NoteChange {
  readonly text: string;
  readonly note: Note | null;
}

export interface Notes {
  readonly list: Cell<Kept<readonly Note[]>>;
  search(query: string, signal: AbortSignal): Promise<Answer<{ notes: readonly Note[] }>>;
  add(text: string): Promise<Answer<NoteChange>>;
  remove(id: string): Promise<Answer<NoteChange>>;
  restore(id: string): Promise<Answer<NoteChange>>;
}

export function openNotes(link: Link): Notes {
  const list = keptCell<readonly Note[]>('notes.1', [], (all) => all.slice(0, KEPT_NOTES_MAX));

  async function load(): Promise<void> {
    const answer = await link.ask<{ notes: readonly Note[] }>({
      to: NOTES,
      intent: 'notes.list',
      payload: { limit: LIST_LIMIT },
    });
    if (answer.kind === 'reply') list.set({ value: answer.payload.notes, at: Date.now() });
  }

  async function change(intent: string, payload: { [key: string]: string }): Promise<Answer<NoteChange>> {
    const answer = await link.ask<NoteChange>({ to: NOTES, intent, payload });
    if (answer.kind === 'reply') await load();
    return answer;
  }

  link.onOpen((_, signal) => {
    void load();
    link.subscribe('tasks:notes.changed', signal, () => void load());
  });
  return {
    list,
    search: (query, signal) =>
      link.ask({ to: NOTES, intent: 'notes.search', payload: { query, limit: LIST_LIMIT }, signal }),
    add: (text) => change('notes.add', { text }),
    remove: (id) => change('notes.delete', { id }),
    restore: (id) => change('notes.restore', { id }),
  };
}
