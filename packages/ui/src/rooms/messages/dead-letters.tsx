/** Dead letters: what could not be delivered and why; each can be sent again, or all of them. */

import type { ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { DeadLetter } from '../../connection/wire.ts';
import { refusalOf } from '../../feeds/dead-letters.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { Empty } from '../../parts/empty.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { toast } from '../../parts/toast.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useCell } from '../../state/cell.ts';
import { counted } from '../../words/amount.ts';
import { Letter } from './letter.tsx';
import { keyed, LEVEL_WORDS } from './letter-name.ts';

export function DeadLetters(): JSX.Element {
  const { deadLetters, link } = useFeeds();
  const state = useCell(link.state);
  const open = state.kind === 'open';
  const [answer, setAnswer] = useState<Answer<{ letters: readonly DeadLetter[] }>>();
  const load = async (): Promise<void> => setAnswer(await deadLetters.list());
  useEffect(() => {
    if (open || answer === undefined) void load();
  }, [open]);
  if (answer === undefined) return <p class="soft list-count">Reading…</p>;
  if (answer.kind === 'error') {
    return (
      <div class="room-tools">
        <Trouble error={answer.error} button={{ label: 'Try again', press: () => void load() }} />
      </div>
    );
  }
  const { letters } = answer.payload;
  if (letters.length === 0) {
    return (
      <Empty icon="check" title="Everything was delivered">
        A message that cannot be delivered is kept here with the reason. There is none.
      </Empty>
    );
  }
  return <LetterList letters={letters} node={open ? state.hello.node : ''} reload={load} />;
}

interface LetterListProps {
  readonly letters: readonly DeadLetter[];
  readonly node: string;
  readonly reload: () => Promise<void>;
}

function LetterList({ letters, node, reload }: LetterListProps): JSX.Element {
  const { deadLetters } = useFeeds();
  const [query, setQuery] = useState('');
  const [sending, setSending] = useState<string>();
  const [kept, setKept] = useState<ReadonlyMap<string, ErrorPayload>>(new Map());
  const words = query.trim().toLowerCase();
  const shown = keyed(letters).filter(([, letter]) => JSON.stringify(letter).toLowerCase().includes(words));
  async function send(id: string, name: string): Promise<void> {
    setSending('Sending…');
    const sent = await deadLetters.retry(id);
    const error = refusalOf(sent);
    setKept((all) => new Map([...all].filter(([other]) => other !== id).concat(error ? [[id, error]] : [])));
    if (sent.kind === 'reply' && sent.payload.kind === 'sent')
      toast(`Sent again: ${name}; ${LEVEL_WORDS[sent.payload.level]}.`);
    await reload();
    setSending(undefined);
  }
  async function sendAll(): Promise<void> {
    const ids = [...new Set(shown.map(([, { id }]) => id))].reverse();
    const all = await deadLetters.retryAll(ids, (at) => setSending(`Sending ${at + 1} of ${ids.length}…`));
    setKept(all.kept);
    toast(sentWords(all.sent, ids.length));
    await reload();
    setSending(undefined);
  }
  async function drop(id: string, name: string): Promise<void> {
    const dropped = await deadLetters.drop(id);
    toast(dropped.kind === 'error' ? dropped.error.message : `Dropped ${name}.`);
    await reload();
  }
  return (
    <>
      <div class="room-tools">
        <SearchBox label="Search what was not delivered" value={query} onChange={setQuery} />
        <button
          type="button"
          class="button"
          disabled={sending !== undefined || shown.length === 0}
          onClick={() => void sendAll()}
        >
          {sending ?? (words === '' ? 'Send all again' : 'Send those found again')}
        </button>
      </div>
      {shown.length === 0 && <Empty icon="search" title={`No letter contains “${query}”`} />}
      <ul class="rows" data-list>
        {shown.map(([key, letter]) => (
          <Letter
            key={key}
            letter={letter}
            node={node}
            kept={kept.get(letter.id)}
            busy={sending !== undefined}
            send={send}
            drop={drop}
          />
        ))}
      </ul>
    </>
  );
}

/** What was not tried, because the node went away, stays as well. */
function sentWords(sent: number, all: number): string {
  const stays = all - sent;
  const begin = sent === 0 ? 'None was sent' : `Sent ${counted(sent, 'message')} again`;
  return stays === 0
    ? `${begin}.`
    : `${begin}; ${counted(stays, 'message')} ${stays === 1 ? 'stays' : 'stay'}.`;
}
