/** The reminders: set one in plain words, see when each is due, cancel with a way back. Past ones stay below. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Reminder } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { AddForm } from '../../parts/add-form.tsx';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Empty } from '../../parts/empty.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { StatusMark, type StatusMarkProps } from '../../parts/status-mark.tsx';
import { toast } from '../../parts/toast.tsx';
import { When } from '../../parts/when.tsx';
import { useCell } from '../../state/cell.ts';
import { now } from '../../state/now.ts';
import { failureLine } from '../../words/failure.ts';
import { absolute } from '../../words/moment.ts';

const STATUS_MARKS: Readonly<Record<Reminder['status'], StatusMarkProps>> = {
  waiting: { tone: 'accent', shape: 'half', word: 'Waiting' },
  fired: { tone: 'good', shape: 'disc', word: 'Told' },
  cancelled: { tone: 'quiet', shape: 'cross', word: 'Cancelled' },
};

export function RemindersView(): JSX.Element {
  const { reminders } = useFeeds();
  const { value: all } = useCell(reminders.list);
  const [query, setQuery] = useState('');
  const words = query.trim().toLowerCase();
  const shown = all.filter(({ what }) => what.toLowerCase().includes(words));
  const waiting = shown.filter(({ status }) => status === 'waiting');
  const past = shown.filter(({ status }) => status !== 'waiting').sort(latestFirst);
  async function add(text: string): Promise<string | undefined> {
    const answer = await reminders.add(text);
    if (answer.kind === 'error') return failureLine(answer.error);
    return answer.payload.reminder === null ? answer.payload.text : undefined;
  }
  return (
    <>
      <div class="room-tools">
        <AddForm
          label="New reminder"
          placeholder="in 20 minutes take the bread out…"
          button="Set"
          add={add}
        />
        <SearchBox label="Search reminders" value={query} onChange={setQuery} />
      </div>
      {shown.length === 0 ? (
        <Nothing query={query} />
      ) : (
        <ul class="rows" data-list>
          {waiting.map((reminder) => (
            <ReminderRow key={reminder.id} reminder={reminder} />
          ))}
          {past.length > 0 && <li class="rows-heading">Past</li>}
          {past.map((reminder) => (
            <ReminderRow key={reminder.id} reminder={reminder} />
          ))}
        </ul>
      )}
    </>
  );
}

function latestFirst(one: Reminder, other: Reminder): number {
  return (other.firedAt ?? other.due) - (one.firedAt ?? one.due);
}

function ReminderRow({ reminder }: { readonly reminder: Reminder }): JSX.Element {
  const { reminders } = useFeeds();
  const present = useCell(now);
  const { id, what, due, repeats, status, firedAt } = reminder;
  const at = firedAt ?? due;
  async function cancel(): Promise<void> {
    const answer = await reminders.cancel(id);
    if (answer.kind === 'error') return toast(answer.error.message);
    if (answer.payload.reminder === null) return toast(answer.payload.text);
    toast(`Cancelled the reminder “${what}”.`, { label: 'Undo', press: () => void restore() });
  }
  async function restore(): Promise<void> {
    const answer = await reminders.restore(id);
    if (answer.kind === 'error')
      toast(answer.error.message, { label: 'Try again', press: () => void restore() });
  }
  return (
    <li class={`row reminder-row is-${status}`} data-item>
      <div class="row-body">
        <p class="note-text">{what}</p>
        <p class="reminder-due numbers">
          <StatusMark {...STATUS_MARKS[status]} />
          <span>
            <When at={at} /> · {absolute(at, present)}
            {repeats !== undefined && ` · ${repeats}`}
          </span>
        </p>
      </div>
      <CopyMenu of={`reminder “${what}”`} text={what} json={reminder} command="kai reminders" />
      {status === 'waiting' ? (
        <button
          type="button"
          class="button small"
          data-row
          onClick={() => void cancel()}
          aria-label={`Cancel the reminder “${what}”`}
        >
          Cancel
        </button>
      ) : (
        status === 'cancelled' && (
          <button
            type="button"
            class="button small"
            data-row
            onClick={() => void restore()}
            aria-label={`Restore the reminder “${what}”`}
          >
            Restore
          </button>
        )
      )}
    </li>
  );
}

function Nothing({ query }: { readonly query: string }): JSX.Element {
  if (query.trim() !== '') return <Empty icon="search" title={`No reminder about “${query.trim()}”`} />;
  return (
    <Empty icon="bell" title="No reminders">
      Say when and what, above or in the conversation: “in 20 minutes take the bread out”, “tomorrow at 9 call
      the school”.
    </Empty>
  );
}
