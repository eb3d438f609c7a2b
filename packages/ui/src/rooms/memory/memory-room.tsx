/** Memory: what you asked kAI to keep, and what it shall remind you of. */

import type { JSX } from 'preact';
import { useFeeds } from '../../feeds/feeds.ts';
import { Tabs } from '../../parts/tabs.tsx';
import { toHash } from '../../shell/route.ts';
import { useCell } from '../../state/cell.ts';
import { NotesView } from './notes-view.tsx';
import { RemindersView } from './reminders-view.tsx';

export function MemoryRoom({ path }: { readonly path: readonly string[] }): JSX.Element {
  const { notes, reminders } = useFeeds();
  const kept = useCell(notes.list).value.length;
  const due = useCell(reminders.list).value.filter(({ status }) => status === 'waiting').length;
  const tabs = [
    { label: 'Notes', href: toHash('memory'), count: kept },
    { label: 'Reminders', href: toHash('memory', 'reminders'), count: due },
  ] as const;
  const showReminders = path[0] === 'reminders';
  return (
    <section class="list-side memory" aria-label="Memory">
      <header class="room-head">
        <h1 class="room-title">Memory</h1>
        <Tabs label="Kinds of memory" tabs={tabs} chosen={tabs[showReminders ? 1 : 0].href} />
      </header>
      {showReminders ? <RemindersView /> : <NotesView />}
    </section>
  );
}
