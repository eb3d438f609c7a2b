/** What an agent keeps, read from the disk. The agent must be at rest. */

import type { Cell } from '../agents/cell.ts';
import type { Captured } from './archive.ts';
import { versionOf } from './definition-version.ts';

/** `except`: the id of a message that is no part of it, because it asked for it. */
export async function capture(cell: Cell, except: string | undefined): Promise<Captured> {
  const { compiled, settings, surroundings, address } = cell;
  const { store, alarms, incarnation } = surroundings;
  const { state, inbox } = await store.loadAgent(address.text);
  const timers = [...alarms.of(address.text).values()].map(({ name, due, intent, payload }) => ({
    name,
    due,
    intent,
    payload,
  }));
  return {
    agent: address.text,
    version: versionOf(compiled.definition, settings),
    incarnation,
    state,
    timers: timers.sort((one, other) => (one.name < other.name ? -1 : 1)),
    inbox: inbox.filter(({ id }) => id !== except).map(({ id, from, message }) => ({ id, from, message })),
    settings,
  };
}
