/** The journal as it is written, newest first: filtered while you type, held while you read. */

import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useFeeds } from '../../feeds/feeds.ts';
import { ENTRIES_MAX, type Row } from '../../feeds/messages.ts';
import { copy } from '../../parts/copy-menu.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { toast } from '../../parts/toast.tsx';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { useCell } from '../../state/cell.ts';
import { PHONE, useMedia } from '../../state/media.ts';
import { count } from '../../words/amount.ts';
import { traceCommand } from '../../words/command.ts';
import { MessageRow } from './message-row.tsx';

/** Heights of a row, in pixels: one line, or two on a phone. */
const ROW_WIDE_PX = 40;
const ROW_NARROW_PX = 64;

export function LiveTrace({ opened, filter }: { opened: string | undefined; filter: string }): JSX.Element {
  const { messages, link } = useFeeds();
  const all = useCell(messages.rows);
  const ownReads = useCell(messages.ownReads);
  const state = useCell(link.state);
  const node = state.kind === 'open' ? state.hello.node : '';
  const [query, setQuery] = useState(filter);
  const narrow = useMedia(PHONE);
  const words = query.trim().toLowerCase();
  const rows = useMemo(() => (ownReads ? all : all.filter(({ ownRead }) => !ownRead)), [all, ownReads]);
  const shown = useMemo(
    () => (words === '' ? rows : rows.filter(({ haystack }) => haystack.includes(words))),
    [rows, words],
  );
  useEffect(() => messages.watch(), []);
  useEffect(() => {
    if (filter !== '') setQuery(filter);
  }, [filter]);
  return (
    <>
      <div class="room-tools">
        <SearchBox label="Filter messages" value={query} onChange={setQuery} />
        <PauseButton />
        <button
          type="button"
          class="button quiet wide-only"
          onClick={() => void copy(traceCommand(query.trim()), 'the command')}
        >
          <Icon name="copy" />
          CLI command
        </button>
      </div>
      <Counts shown={shown.length} of={rows.length} />
      {shown.length === 0 ? (
        <Nothing query={query} />
      ) : (
        <VirtualList
          label="Messages, newest first"
          items={shown}
          keyOf={keyOf}
          rowHeight={narrow ? ROW_NARROW_PX : ROW_WIDE_PX}
          renderRow={({ entry }) => <MessageRow entry={entry} node={node} open={entry.trace === opened} />}
          held={opened !== undefined}
          foot={<Older query={query.trim()} />}
        />
      )}
    </>
  );
}

function keyOf({ key }: Row): number {
  return key;
}

function PauseButton(): JSX.Element {
  const { messages } = useFeeds();
  const paused = useCell(messages.paused);
  const waiting = useCell(messages.waiting);
  return (
    <button
      type="button"
      class="button pause-button numbers"
      aria-pressed={paused}
      onClick={() => messages.pause(!paused)}
    >
      <Icon name={paused ? 'play' : 'pause'} />
      {paused ? `Resume (${count(waiting)})` : 'Pause'}
    </button>
  );
}

function Counts({ shown, of }: { readonly shown: number; readonly of: number }): JSX.Element {
  const { messages } = useFeeds();
  const loaded = useCell(messages.rows).length;
  const missed = useCell(messages.missed);
  return (
    <div class="list-count numbers">
      <p>
        {shown === of ? `${count(of)} entries` : `${count(shown)} of ${count(of)} entries`}
        {loaded >= ENTRIES_MAX && ' (the newest; older ones are in the journal)'}
        {missed > 0 && ` · ${count(missed)} came too fast to be shown; the journal has them`}
      </p>
      <OwnReads />
    </div>
  );
}

/** What this window asks by itself would bury what a person looks for. */
function OwnReads(): JSX.Element {
  const { messages } = useFeeds();
  const shown = useCell(messages.ownReads);
  return (
    <button
      type="button"
      class="button quiet small own-reads"
      aria-pressed={shown}
      title="What this window asks by itself, to have something to show: state, lists, the trace"
      onClick={() => messages.ownReads.set(!shown)}
    >
      {shown ? 'This window’s own reads: shown' : 'This window’s own reads: hidden'}
    </button>
  );
}

/** Asks the node's journal for what is older than the last row. */
function Older({ query }: { readonly query: string }): JSX.Element {
  const { messages } = useFeeds();
  const [busy, setBusy] = useState(false);
  async function load(): Promise<void> {
    setBusy(true);
    const answer = await messages.older(query);
    setBusy(false);
    if (answer.kind === 'error') toast(answer.error.message);
    else if (answer.payload === 0) toast('The journal has nothing older.');
  }
  return (
    <div class="list-foot">
      <button type="button" class="button" disabled={busy} onClick={() => void load()}>
        {busy ? 'Looking…' : query === '' ? 'Show older ones' : 'Look in the journal for older ones'}
      </button>
    </div>
  );
}

function Nothing({ query }: { readonly query: string }): JSX.Element {
  if (query === '') {
    return (
      <Empty icon="messages" title="Nothing has been sent yet">
        Every message between agents appears here. Say something in the conversation, or run{' '}
        <code>kai send</code>.
      </Empty>
    );
  }
  return (
    <Empty icon="search" title={`No message here contains “${query}”`}>
      The filter looks at intents, addresses, outcomes and ids of what this window has seen.
      <Older query={query.trim()} />
    </Empty>
  );
}
