/**
 * Tells that a reminder is due, and why so late if it is: a notice in the window, and one of the system's where the person allowed it.
 * The conversation shows it as a turn by itself.
 */

import type { Reminder } from '../../connection/wire.ts';
import { toast } from '../../parts/toast.tsx';
import { goTo, route } from '../../shell/route.ts';

export function tellFired(reminder: Reminder, late: string): void {
  if (route.get().room !== 'conversation') tellInWindow(reminder, late);
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  void notify(reminder);
}

/** In the conversation the turn itself tells it. */
function tellInWindow({ what }: Reminder, late: string): void {
  toast(late === '' ? `Reminder: ${what}` : `Reminder: ${what}. ${late}`, {
    label: 'Show',
    press: () => goTo('memory', 'reminders'),
  });
}

/** Phones show notifications only through the service worker; elsewhere the page may do it. */
async function notify({ id, what }: Reminder): Promise<void> {
  const options = { body: what, tag: `reminder-${id}`, icon: '/icon-192.png' };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) return worker.showNotification('Reminder', options);
  new Notification('Reminder', options).onclick = () => window.focus();
}
