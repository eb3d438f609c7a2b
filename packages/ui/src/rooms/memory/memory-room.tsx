/** Memory: what you asked kAI to keep, and what it shall remind you of. Side by side where there is room. */

import type { JSX } from 'preact';
import { useFeeds } from '../../feeds/feeds.ts';
import { Tabs } from '../../parts/tabs.tsx';
import { toHash } from '../../shell/route.ts';
import { useCell } from '../../state/cell.ts';
import { useMedia, WIDE } from '../../state/media.ts';
import { NotesView } from './notes-view.tsx';
import { RemindersView } from './reminders-view.tsx';

export function MemoryRoom({ path }: { readonly path: readonly string[] }): JSX.Element {
  const wide = useMedia(WIDE);
  return (
    <section class="list-side memory" aria-label="Memory">
      {wide ? <Pair /> : <OneOfTwo showReminders={path[0] === 'reminders'} />}
    </section>
  );
}

function Pair(): JSX.Element {
  return (
    <>
      <header class="room-head">
        <h1 class="room-title">Memory</h1>
      </header>
      <div class="memory-pair">
        <section class="memory-half" aria-label="Notes">
          <header class="room-head">
            <h2 class="half-title">Notes</h2>
          </header>
          <NotesView />
        </section>
        <section class="memory-half" aria-label="Reminders">
          <header class="room-head">
            <h2 class="half-title">Reminders</h2>
          </header>
          <RemindersView />
        </section>
      </div>
    </>
  );
}

function OneOfTwo({ showReminders }: { readonly showReminders: boolean }): JSX.Element {
  const { notes, reminders } = useFeeds();
  const kept = useCell(notes.list).value.length;
  const due = useCell(reminders.list).value.filter(({ status }) => status === 'waiting').length;
  const tabs = [
    { label: 'Notes', href: toHash('memory'), count: kept },
    { label: 'Reminders', href: toHash('memory', 'reminders'), count: due },
  ] as const;
  return (
    <>
      <header class="room-head">
        <h1 class="room-title">Memory</h1>
        <Tabs label="Kinds of memory" tabs={tabs} chosen={tabs[showReminders ? 1 : 0].href} />
      </header>
      {showReminders ? <RemindersView /> : <NotesView />}
    </>
  );
}
