/**
 * Feeds the reminders, past ones included, and tells when one fires: the conversation shows it as a turn, and
 * the system as a notification where the person allowed that.
 */

import type { Answer, Link } from '../connection/link.ts';
import type { Reminder } from '../connection/wire.ts';
import { type Kept, keptCell } from '../kept/kept.ts';
import type { Cell } from '../state/cell.ts';

export const REMINDERS = 'kai://agent.reminders';
const KEPT_REMINDERS_MAX = 200;

/** `reminder` is null where nothing was changed; `text` says why, or asks for what is missing. */
export interface ReminderChange {
  readonly text: string;
  readonly reminder: Reminder | null;
}

export interface Reminders {
  readonly list: Cell<Kept<readonly Reminder[]>>;
  add(text: string): Promise<Answer<ReminderChange>>;
  cancel(id: string): Promise<Answer<ReminderChange>>;
  restore(id: string): Promise<Answer<ReminderChange>>;
}

export function openReminders(link: Link, onFired: (reminder: Reminder, late: string) => void): Reminders {
  const list = keptCell<readonly Reminder[]>('reminders.1', [], (all) => all.slice(0, KEPT_REMINDERS_MAX));

  async function load(): Promise<void> {
    const answer = await link.ask<{ reminders: readonly Reminder[] }>({
      to: REMINDERS,
      intent: 'reminders.list',
      payload: { all: true },
    });
    if (answer.kind === 'reply') list.set({ value: answer.payload.reminders, at: Date.now() });
  }

  async function change(intent: string, payload: { [key: string]: string }): Promise<Answer<ReminderChange>> {
    const answer = await link.ask<ReminderChange>({ to: REMINDERS, intent, payload });
    if (answer.kind === 'reply') await load();
    return answer;
  }

  link.onOpen((_, signal) => {
    void load();
    link.subscribe('tasks:reminders.changed', signal, () => void load());
    link.subscribe(
      'tasks:reminders.fired',
      signal,
      ({ reminder, late }: { reminder: Reminder; late: string | null }) => {
        onFired(reminder, late ?? '');
        void load();
      },
    );
  });
  return {
    list,
    add: (text) => change('reminders.add', { text }),
    cancel: (id) => change('reminders.cancel', { id }),
    restore: (id) => change('reminders.restore', { id }),
  };
}
