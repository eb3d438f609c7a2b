/** Dead letters: what could not be delivered, why, and the whole message. */

import type { ErrorCode } from '@kai/protocol';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { DeadLetter } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Empty } from '../../parts/empty.tsx';
import { JsonBox, pretty } from '../../parts/json-box.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { When } from '../../parts/when.tsx';
import { useCell } from '../../state/cell.ts';
import { traceCommand } from '../../words/command.ts';
import { MEANING } from '../../words/failure.ts';

export function DeadLetters(): JSX.Element {
  const { messages, link } = useFeeds();
  const open = useCell(link.state).kind === 'open';
  const [answer, setAnswer] = useState<Answer<{ letters: readonly DeadLetter[] }>>();
  const [query, setQuery] = useState('');
  const load = (): void => void messages.dead().then(setAnswer);
  useEffect(() => {
    if (open || answer === undefined) load();
  }, [open]);
  if (answer === undefined) return <p class="soft list-count">Reading…</p>;
  if (answer.kind === 'error') {
    return (
      <div class="room-tools">
        <Trouble error={answer.error} button={{ label: 'Try again', press: load }} />
      </div>
    );
  }
  const { letters } = answer.payload;
  const shown = letters.filter((letter) =>
    JSON.stringify(letter).toLowerCase().includes(query.trim().toLowerCase()),
  );
  if (letters.length === 0) {
    return (
      <Empty icon="check" title="Everything was delivered">
        A message that cannot be delivered is kept here with the reason. There is none.
      </Empty>
    );
  }
  return (
    <>
      <div class="room-tools">
        <SearchBox label="Search what was not delivered" value={query} onChange={setQuery} />
      </div>
      {shown.length === 0 && <Empty icon="search" title={`No letter contains “${query}”`} />}
      <ul class="rows" data-list>
        {shown.map((letter) => (
          <Letter key={letter.id} letter={letter} />
        ))}
      </ul>
    </>
  );
}

function Letter({ letter }: { readonly letter: DeadLetter }): JSX.Element {
  const { at, id, code, reason, message } = letter;
  return (
    <li class="row letter" data-item>
      <details class="letter-body">
        <summary data-row class="letter-head">
          <StatusMark tone="bad" shape="cross" word={code} />
          <span class="soft">
            <When at={at} />
          </span>
          <span class="letter-reason">Not delivered: {reason}.</span>
        </summary>
        <p class="letter-meaning">{MEANING[code as ErrorCode] ?? ''}</p>
        <JsonBox text={pretty(message)} />
      </details>
      <CopyMenu of={`letter ${id}`} command={traceCommand(id)} json={letter} />
    </li>
  );
}
