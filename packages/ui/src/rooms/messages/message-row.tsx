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
  node,
  open,
}: {
  readonly entry: JournalEntry;
  /** The node whose journal this is. */
  readonly node: string;
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
        <span class="message-way" title={`${from} → ${to}`}>
          {short(from, node)} → {short(to, node)}
        </span>
        <span class="message-took numbers">{tookMs > 0 ? took(tookMs) : ''}</span>
      </a>
      <CopyMenu of={`${intent} at ${exactClock(at)}`} command={traceCommand(trace)} json={entry} />
    </>
  );
}
