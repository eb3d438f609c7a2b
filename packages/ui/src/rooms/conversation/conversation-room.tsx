/**
 * The conversation: what was said, who answered and why, the sources, and the field to write in. New words
 * keep the end in view only for who is reading the end.
 */

import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Source } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { Icon } from '../../parts/icon.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { toast } from '../../parts/toast.tsx';
import { goTo } from '../../shell/route.ts';
import { useCell } from '../../state/cell.ts';
import { Composer } from './composer.tsx';
import { DocumentPanel } from './document-panel.tsx';
import { PendingReply } from './pending-reply.tsx';
import { Suggestions } from './suggestions.tsx';
import { TurnView } from './turn-view.tsx';

/** Who is this near the end, in pixels, is reading the end. */
const END_NEAR_PX = 80;

export function ConversationRoom({ path }: { readonly path: readonly string[] }): JSX.Element {
  const { conversation } = useFeeds();
  const { value: turns } = useCell(conversation.turns);
  const pending = useCell(conversation.pending);
  const [draft, setDraft] = useState('');
  const [source, setSource] = useState<Source>();
  const openSource = (next: Source): void => {
    setSource(next);
    goTo('conversation', 'source', next.source);
  };
  const empty = turns.length === 0 && pending === undefined;
  const opened = path[0] === 'source' && path[1] !== undefined ? path[1] : undefined;
  const shown = useMemo(
    () =>
      turns.map((turn) => <TurnView key={turn.id} turn={turn} onSource={openSource} onAgain={setDraft} />),
    [turns],
  );
  return (
    <div class={`split${opened === undefined ? '' : ' has-detail'}`}>
      <section class="talk" aria-label="Conversation">
        <header class="room-head">
          <h1 class="room-title">Conversation</h1>
          {!empty && <ClearButton />}
        </header>
        <Scroller news={[turns, pending]}>
          {empty ? (
            <Suggestions onChoose={setDraft} />
          ) : (
            <div class="turns" role="log" aria-label="What was said" aria-live="off">
              {shown}
              {pending !== undefined && <PendingReply pending={pending} onSource={openSource} />}
            </div>
          )}
        </Scroller>
        <Spoken />
        <Composer draft={draft} onDraft={setDraft} />
      </section>
      {opened !== undefined && (
        <DocumentPanel key={opened} id={opened} source={source?.source === opened ? source : undefined} />
      )}
    </div>
  );
}

function ClearButton(): JSX.Element {
  const { conversation } = useFeeds();
  async function clear(): Promise<void> {
    if (!(await conversation.clear()))
      return toast('The conversation could not be cleared now; nothing has changed.');
    toast('The conversation was cleared.', { label: 'Undo', press: () => void restore() });
  }
  async function restore(): Promise<void> {
    if (!(await conversation.restore())) toast('It could not be brought back now. Try again once connected.');
  }
  return (
    <button type="button" class="button quiet" onClick={() => void clear()}>
      <Icon name="trash" />
      Clear
    </button>
  );
}

/**
 * Scrolls with what is new as long as the reader is at the end; else offers the way there. Only scrolling up leaves the
 * end: what grows below before the browser tells of the last scrolling does not.
 */
function Scroller({ news, children }: { news: readonly unknown[]; children: JSX.Element }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const top = useRef(0);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight });
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, news);
  useEffect(() => {
    if (!atEnd || box.current === null) return;
    // A panel that opens beside, a keyboard, a turned phone: lines break anew, and the end moves.
    const resized = new ResizeObserver(toEnd);
    resized.observe(box.current);
    return () => resized.disconnect();
  }, [atEnd]);
  function onScroll({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void {
    if (scrollHeight - scrollTop - clientHeight < END_NEAR_PX) setAtEnd(true);
    else if (scrollTop < top.current) setAtEnd(false);
    top.current = scrollTop;
  }
  return (
    <div class="scroller-place">
      <ScrollBox boxRef={box} class="scroller" label="Turns" onScroll={onScroll}>
        {children}
      </ScrollBox>
      {!atEnd && (
        <button type="button" class="button to-end" onClick={toEnd} aria-label="To the newest turn">
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** Screen readers hear a reply once, when it is whole, instead of word by word. */
function Spoken(): JSX.Element {
  const { conversation } = useFeeds();
  const { value: turns } = useCell(conversation.turns);
  const pending = useCell(conversation.pending);
  const first = useRef(turns.at(-1)?.id);
  const last = turns.at(-1);
  const news = last !== undefined && last.id !== first.current && last.role === 'kai' ? last : undefined;
  // A failure is told by its own alert.
  const said = news === undefined || news.failure !== undefined ? '' : `kAI: ${news.text}`;
  return (
    <div class="unseen" role="status" aria-live="polite">
      {pending === undefined ? said : 'kAI is answering.'}
    </div>
  );
}
