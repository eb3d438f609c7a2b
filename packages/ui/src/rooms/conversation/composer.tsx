/**
 * The field to write in. Enter sends, Shift+Enter makes a line, ↑ brings back what was said before. While an
 * answer streams the button stops it; while the node is away, sending is refused in words and the text stays.
 */

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useFeeds } from '../../feeds/feeds.ts';
import { Icon } from '../../parts/icon.tsx';
import { useCell } from '../../state/cell.ts';

/** Characters that one turn may have: well below what a message may weigh. */
const TEXT_LENGTH_MAX = 32_000;
/** What an example leaves to the person. */
const OPEN = '…';
const REFUSED = 'Not sent: kAI is not connected. Your text stays here; send it once the connection is back.';

export interface ComposerProps {
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
}

export function Composer({ draft, onDraft }: ComposerProps): JSX.Element {
  const { conversation, link } = useFeeds();
  const pending = useCell(conversation.pending);
  const open = useCell(link.state).kind === 'open';
  const [refused, refuse] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const recall = useRecall(onDraft);

  useEffect(() => {
    if (draft !== '') take(field.current, draft);
  }, [draft]);
  useEffect(() => refuse(false), [open]);

  function send(): void {
    const text = draft.trim();
    if (text === '' || pending !== undefined) return;
    if (!open) return refuse(true);
    conversation.say(text);
    onDraft('');
    recall.forget();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (recall.move(event.key === 'ArrowUp' ? 1 : -1, draft)) event.preventDefault();
    }
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {refused && (
        <p class="composer-refusal" role="alert">
          {REFUSED}
        </p>
      )}
      <div class="composer-box">
        <textarea
          ref={field}
          class="composer-field"
          data-search
          rows={1}
          maxLength={TEXT_LENGTH_MAX}
          aria-label="Say something to kAI"
          placeholder="Say something…"
          value={draft}
          enterkeyhint="send"
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {pending === undefined ? (
          <button
            type="submit"
            class="button primary icon-only"
            aria-label="Send"
            disabled={draft.trim() === ''}
          >
            <Icon name="send" />
          </button>
        ) : (
          <button type="button" class="button stop" onClick={conversation.stop}>
            <Icon name="stop" />
            Stop
          </button>
        )}
      </div>
    </form>
  );
}

/** A draft that comes from elsewhere takes the focus; what it leaves open is selected, to be written over. */
function take(field: HTMLTextAreaElement | null, draft: string): void {
  if (field === null || field === document.activeElement) return;
  field.focus();
  const open = draft.indexOf(OPEN);
  if (open >= 0) field.setSelectionRange(open, open + OPEN.length);
}

interface Recall {
  /** Moves back (1) or forth (-1) through what was said; false when the key shall do what it always does. */
  move(step: number, draft: string): boolean;
  forget(): void;
}

/** ↑ counts in an empty field, or on a text that it brought back itself. */
function useRecall(onDraft: (draft: string) => void): Recall {
  const { conversation } = useFeeds();
  const back = useRef(0);
  const said = (): readonly string[] =>
    conversation.turns.get().value.flatMap(({ role, text }) => (role === 'person' ? [text] : []));
  return {
    move(step, draft) {
      const all = said();
      const recalled = back.current > 0 && draft === all.at(-back.current);
      if (draft !== '' && !recalled) return false;
      const next = (draft === '' ? 0 : back.current) + step;
      if (next < 0 || next > all.length) return false;
      back.current = next;
      onDraft(next === 0 ? '' : (all.at(-next) ?? ''));
      return true;
    },
    forget() {
      back.current = 0;
    },
  };
}
