/**
 * For a browser that the node does not know: what that means, and how to get in. Nothing else would help, so it stands
 * in the place of the room, unless there is something kept to look at.
 */

import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { LinkState } from '../connection/link-state.ts';
import { useFeeds } from '../feeds/feeds.ts';
import { copy } from '../parts/copy-menu.tsx';
import { Icon, Mark } from '../parts/icon.tsx';
import { StatusMark } from '../parts/status-mark.tsx';

const AGAIN = 'kai status --link';

/** Whether the node refused this browser, and has not greeted it since. An attempt in between changes nothing. */
export function useStranger(state: LinkState): boolean {
  const stranger = useRef(false);
  if (state.kind === 'stranger') stranger.current = true;
  if (state.kind === 'open') stranger.current = false;
  return stranger.current;
}

export function StrangerRoom(): JSX.Element {
  const { link } = useFeeds();
  return (
    <div class="stranger">
      <Mark />
      <h1 class="stranger-title">This window is not let in yet</h1>
      <p>
        kAI runs here, but it talks only to windows that were opened by its link. So no other page or program
        can read your conversation.
      </p>
      <ol class="stranger-steps">
        <li>
          In the terminal where kAI was started, find the line that begins with “Open”, and open its link in
          this browser. Once is enough: the browser remembers it.
        </li>
        <li>
          Is the line gone? This prints the link again.
          <span class="stranger-command">
            <code>{AGAIN}</code>
            <button
              type="button"
              class="button icon-only small"
              aria-label="Copy the command"
              onClick={() => void copy(AGAIN, 'the command')}
            >
              <Icon name="copy" />
            </button>
          </span>
        </li>
      </ol>
      <button type="button" class="button primary" onClick={link.retry}>
        Try again
      </button>
    </div>
  );
}

/** The same in one line, above what this browser has kept. */
export function StrangerLine(): JSX.Element {
  const { link } = useFeeds();
  return (
    <div class="connection-line">
      <StatusMark tone="warn" shape="ring" word="Not let in" />
      <span class="soft">
        The node does not know this browser any more. Open the link that <code>kai up</code> printed; if it is
        gone, <code>{AGAIN}</code> prints it again. You see what was known before.
      </span>
      <button type="button" class="button small" onClick={link.retry}>
        Try again
      </button>
    </div>
  );
}
