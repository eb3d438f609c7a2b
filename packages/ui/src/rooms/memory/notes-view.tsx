/** The notes: add, search, copy, delete with a way back. */

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Note } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { NOTES } from '../../feeds/notes.ts';
import { AddForm } from '../../parts/add-form.tsx';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { toast } from '../../parts/toast.tsx';
import { When } from '../../parts/when.tsx';
import { useCell } from '../../state/cell.ts';
import { sendCommand } from '../../words/command.ts';
import { failureLine } from '../../words/failure.ts';

/** The node is asked once typing rests this long, in milliseconds. */
const REST_MS = 150;

export function NotesView(): JSX.Element {
  const { notes } = useFeeds();
  const { value: all } = useCell(notes.list);
  const [query, setQuery] = useState('');
  const found = useSearch(query.trim(), all);
  async function add(text: string): Promise<string | undefined> {
    const answer = await notes.add(text);
    if (answer.kind === 'error') return failureLine(answer.error);
    return answer.payload.note === null ? answer.payload.text : undefined;
  }
  return (
    <>
      <div class="room-tools">
        <AddForm label="New note" placeholder="Keep a note…" button="Keep" add={add} />
        <SearchBox label="Search notes" value={query} onChange={setQuery} />
      </div>
      {found.length === 0 ? (
        <Nothing query={query} />
      ) : (
        <ul class="rows" data-list>
          {found.map((note) => (
            <NoteRow key={note.id} note={note} />
          ))}
        </ul>
      )}
    </>
  );
}

/** The node's own search knows word forms; until it answers, and offline, the plain one counts. */
function useSearch(query: string, all: readonly Note[]): readonly Note[] {
  const { notes } = useFeeds();
  const [found, setFound] = useState<{ query: string; notes: readonly Note[] }>();
  useEffect(() => {
    if (query === '') return;
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await notes.search(query, leaving.signal);
      if (answer.kind === 'reply') setFound({ query, notes: answer.payload.notes });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [query, all]);
  if (query === '') return all;
  if (found?.query === query) return found.notes.filter(({ id }) => all.some((note) => note.id === id));
  return all.filter(({ text }) => text.toLowerCase().includes(query.toLowerCase()));
}

function NoteRow({ note }: { readonly note: Note }): JSX.Element {
  const { notes } = useFeeds();
  const { id, text, at } = note;
  async function remove(): Promise<void> {
    const answer = await notes.remove(id);
    if (answer.kind === 'error') return toast(answer.error.message);
    if (answer.payload.note === null) return toast(answer.payload.text);
    toast(`Deleted the note “${cut(text)}”.`, { label: 'Undo', press: () => void restore() });
  }
  async function restore(): Promise<void> {
    const answer = await notes.restore(id);
    if (answer.kind === 'error')
      toast(answer.error.message, { label: 'Try again', press: () => void restore() });
  }
  return (
    <li class="row note-row" data-item>
      <div class="row-body">
        <p class="note-text">{text}</p>
        <p class="row-sub">
          <When at={at} />
        </p>
      </div>
      <CopyMenu
        of={`note “${cut(text)}”`}
        text={text}
        json={note}
        command={sendCommand(NOTES, 'notes.add', { text })}
      />
      <button
        type="button"
        class="button icon-only small"
        data-row
        aria-label={`Delete the note “${cut(text)}”`}
        onClick={() => void remove()}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}

function Nothing({ query }: { readonly query: string }): JSX.Element {
  if (query.trim() !== '') {
    return (
      <Empty icon="search" title={`No note about “${query.trim()}”`}>
        Try fewer words, or another form of the word.
      </Empty>
    );
  }
  return (
    <Empty icon="note" title="No notes yet">
      What you want to keep stands here. Write one above, or say “note: call the plumber on Monday” in the
      conversation.
    </Empty>
  );
}

const CUT_LENGTH = 40;

function cut(text: string): string {
  return text.length > CUT_LENGTH ? `${text.slice(0, CUT_LENGTH).trimEnd()}…` : text;
}
