/** One entry of the journal in one line, or two on a phone. Opens the trace that it belongs to. */

import type { JSX } from 'preact';
import type { JournalEntry } from '../../connection/wire.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { toHash } from '../../shell/route.ts';
import { took } from '../../words/amount.ts';
import { traceCommand } from '../../words/command.ts';
import { exactClock } from '../../words/moment.ts';
import { OUTCOME_MARKS, short } from './outcome.ts';

export function MessageRow({
  entry,
  open,
}: {
  readonly entry: JournalEntry;
  readonly open: boolean;
}): JSX.Element {
  const { at, outcome, intent, from, to, trace, tookMs } = entry;
  return (
    <>
      <a
        class="row-link"
        data-row
        href={toHash('messages', 'trace', trace)}
        aria-current={open ? 'true' : undefined}
      >
        <span class="message-at numbers">{exactClock(at)}</span>
        <span class="message-outcome">
          <StatusMark {...OUTCOME_MARKS[outcome]} />
        </span>
        <span class="message-intent">{intent}</span>
        <span class="message-way">
          {short(from)} → {short(to)}
        </span>
        <span class="message-took numbers">{tookMs > 0 ? took(tookMs) : ''}</span>
      </a>
      <CopyMenu of={`${intent} at ${exactClock(at)}`} command={traceCommand(trace)} json={entry} />
    </>
  );
}
