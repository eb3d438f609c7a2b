/**
 * Says quietly when the node is away: what that means, how old is what is shown, and the one button that helps.
 * The region is always there, so that screen readers hear it change. A loss shorter than a moment is not told.
 */

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LinkState } from '../connection/link-state.ts';
import { useFeeds } from '../feeds/feeds.ts';
import { StatusMark } from '../parts/status-mark.tsx';
import { useCell } from '../state/cell.ts';
import { now } from '../state/now.ts';
import { relative } from '../words/moment.ts';
import { StrangerLine, useStranger } from './stranger.tsx';

/** A connection that is back within this time was never worth a word, in milliseconds. */
const WORTH_TELLING_MS = 700;

export function ConnectionNote(): JSX.Element {
  const { link } = useFeeds();
  const state = useCell(link.state);
  const away = useAway(state);
  const stranger = useStranger(state);
  return (
    <div class="connection-note" role="status" aria-live="polite">
      {stranger ? <StrangerLine /> : away && <Away state={state} />}
    </div>
  );
}

function Away({ state }: { readonly state: LinkState }): JSX.Element {
  const { link, seen } = useFeeds();
  const present = useCell(now);
  const at = useCell(seen);
  const seconds = state.kind === 'waiting' ? Math.max(1, Math.ceil((state.until - present) / 1_000)) : 0;
  return (
    <div class="connection-line">
      <StatusMark tone="warn" shape="ring" word="Not connected" />
      <span class="soft">
        {at === 0 ? 'The node does not answer.' : `You see what was known ${relative(at, present)}.`}{' '}
        <span aria-hidden="true" class="numbers">
          {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying now…'}
        </span>
      </span>
      <button type="button" class="button small" onClick={link.retry}>
        Try now
      </button>
    </div>
  );
}

/** Whether the connection has been away long enough to say so. */
function useAway(state: LinkState): boolean {
  const [away, setAway] = useState(false);
  const open = state.kind === 'open';
  useEffect(() => {
    if (open) return setAway(false);
    const timer = setTimeout(() => setAway(true), WORTH_TELLING_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return away && !open;
}
