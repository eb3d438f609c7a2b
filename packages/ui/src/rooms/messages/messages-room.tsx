/** Messages: what travels now, what became of it, and the letters that could not be delivered. */

import type { JSX } from 'preact';
import { Tabs } from '../../parts/tabs.tsx';
import { goTo, toHash } from '../../shell/route.ts';
import { DeadLetters } from './dead-letters.tsx';
import { LiveTrace } from './live-trace.tsx';
import { TracePanel } from './trace-panel.tsx';

const TABS = [
  { label: 'Live', href: toHash('messages') },
  { label: 'Not delivered', href: toHash('messages', 'dead') },
] as const;

export function MessagesRoom({ path }: { readonly path: readonly string[] }): JSX.Element {
  const [view, id] = path;
  const dead = view === 'dead';
  const opened = view === 'trace' ? id : undefined;
  return (
    <div class={`split${opened === undefined ? '' : ' has-detail'}`}>
      <section class="list-side" aria-label="Messages">
        <header class="room-head">
          <h1 class="room-title">Messages</h1>
          <Tabs label="Views of the messages" tabs={TABS} chosen={TABS[dead ? 1 : 0].href} />
        </header>
        {dead ? (
          <DeadLetters />
        ) : (
          <LiveTrace opened={opened} filter={view === 'containing' ? (id ?? '') : ''} />
        )}
      </section>
      {opened !== undefined && <TracePanel key={opened} trace={opened} onClose={() => goTo('messages')} />}
    </div>
  );
}
