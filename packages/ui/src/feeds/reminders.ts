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

export interface Reminders {
  readonly list: Cell<Kept<readonly Reminder[]>>;
  add(text: string): Promise<Answer<{ text: string; reminder: Reminder }>>;
  cancel(id: string): Promise<Answer<unknown>>;
  restore(id: string): Promise<Answer<unknown>>;
}

export function openReminders(link: Link, onFired: (reminder: Reminder, late: boolean) => void): Reminders {
  const list = keptCell<readonly Reminder[]>('reminders.1', [], (all) => all.slice(0, KEPT_REMINDERS_MAX));

  async function load(): Promise<void> {
    const answer = await link.ask<{ reminders: readonly Reminder[] }>({
      to: REMINDERS,
      intent: 'reminders.list',
      payload: { all: true },
    });
    if (answer.kind === 'reply') list.set({ value: answer.payload.reminders, at: Date.now() });
  }

  async function change<T>(intent: string, payload: { [key: string]: string }): Promise<Answer<T>> {
    const answer = await link.ask<T>({ to: REMINDERS, intent, payload });
    if (answer.kind === 'reply') await load();
    return answer;
  }

  link.onOpen((_, signal) => {
    void load();
    link.subscribe('tasks:reminders.changed', signal, () => void load());
    link.subscribe(
      'tasks:reminders.fired',
      signal,
      ({ reminder, late }: { reminder: Reminder; late?: boolean }) => {
        onFired(reminder, late === true);
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
