/** Everything the rooms show, opened once over one link and handed down through a context. */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Link } from '../connection/link.ts';
import type { Reminder } from '../connection/wire.ts';
import { type Agents, openAgents } from './agents.ts';
import { type Conversation, openConversation } from './conversation.ts';
import { type DeadLetters, openDeadLetters } from './dead-letters.ts';
import { type Messages, openMessages } from './messages.ts';
import { type Notes, openNotes } from './notes.ts';
import { openReminders, type Reminders } from './reminders.ts';
import { openSeen, type Seen } from './seen.ts';
import { openSnapshots, type Snapshots } from './snapshots.ts';
import { openStatus, type Status } from './status.ts';

export interface Feeds {
  readonly link: Link;
  readonly conversation: Conversation;
  readonly agents: Agents;
  readonly messages: Messages;
  readonly deadLetters: DeadLetters;
  readonly notes: Notes;
  readonly reminders: Reminders;
  readonly status: Status;
  readonly seen: Seen;
  readonly snapshots: Snapshots;
}

export function openFeeds(link: Link, onFired: (reminder: Reminder, late: string) => void): Feeds {
  return {
    link,
    conversation: openConversation(link),
    agents: openAgents(link),
    messages: openMessages(link),
    deadLetters: openDeadLetters(link),
    notes: openNotes(link),
    reminders: openReminders(link, onFired),
    status: openStatus(link),
    seen: openSeen(link),
    snapshots: openSnapshots(link),
  };
}

const FeedsContext = createContext<Feeds | undefined>(undefined);
export const FeedsProvider = FeedsContext.Provider;

/** @throws Error outside of the window's provider: a defect in the window. */
export function useFeeds(): Feeds {
  const feeds = useContext(FeedsContext);
  if (feeds === undefined) throw new Error('a room was rendered outside of the window');
  return feeds;
}
