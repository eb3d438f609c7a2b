/** The frame around every room: navigation (a rail, or a bar under the thumb), the node's pulse, notices. */

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useFeeds } from '../feeds/feeds.ts';
import { Guard } from '../parts/guard.tsx';
import { Icon, Mark } from '../parts/icon.tsx';
import { StatusMark } from '../parts/status-mark.tsx';
import { Toasts } from '../parts/toast.tsx';
import { AgentsRoom } from '../rooms/agents/agents-room.tsx';
import { summary } from '../rooms/agents/health.ts';
import { ConversationRoom } from '../rooms/conversation/conversation-room.tsx';
import { HomeRoom } from '../rooms/home/home-room.tsx';
import { MemoryRoom } from '../rooms/memory/memory-room.tsx';
import { MessagesRoom } from '../rooms/messages/messages-room.tsx';
import { useCell } from '../state/cell.ts';
import { ConnectionNote } from './connection-note.tsx';
import { KeySheet } from './key-sheet.tsx';
import { keySheetShown, ROOM_LETTERS } from './keys.ts';
import { ROOMS, type Room, route, toHash } from './route.ts';
import { StrangerRoom, useStranger } from './stranger.tsx';

const NAMES: Readonly<Record<Room, string>> = {
  conversation: 'Conversation',
  agents: 'Agents',
  messages: 'Messages',
  memory: 'Memory',
  home: 'Home',
};

/** Under the thumb there is no space for long words. */
const SHORT_NAMES: Readonly<Record<Room, string>> = { ...NAMES, conversation: 'Talk' };

export function Frame(): JSX.Element {
  const { room, path } = useCell(route);
  const { link, seen } = useFeeds();
  const known = useCell(seen) > 0;
  const shut = useStranger(useCell(link.state)) && !known;
  const keysShown = useCell(keySheetShown);
  useEffect(() => {
    document.title = `${NAMES[room]} · kAI`;
  }, [room]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={skip}>
        Skip to the room
      </button>
      <Navigation room={room} onKeys={() => keySheetShown.set(true)} />
      <div class="stage">
        {!shut && <ConnectionNote />}
        <main
          id="room"
          tabIndex={-1}
          class={`room room-${room}`}
          aria-label={shut ? 'Not let in yet' : NAMES[room]}
        >
          <Guard key={room} name={NAMES[room]}>
            {shut ? <StrangerRoom /> : <RoomView room={room} path={path} />}
          </Guard>
        </main>
      </div>
      <Toasts />
      {keysShown && <KeySheet onClose={() => keySheetShown.set(false)} />}
    </div>
  );
}

function RoomView({ room, path }: { readonly room: Room; readonly path: readonly string[] }): JSX.Element {
  switch (room) {
    case 'conversation':
      return <ConversationRoom path={path} />;
    case 'agents':
      return <AgentsRoom path={path} />;
    case 'messages':
      return <MessagesRoom path={path} />;
    case 'memory':
      return <MemoryRoom path={path} />;
    case 'home':
      return <HomeRoom />;
  }
}

/** A button, since a link to `#room` would change the route. */
function skip(): void {
  document.getElementById('room')?.focus();
}

function Navigation({ room, onKeys }: { readonly room: Room; readonly onKeys: () => void }): JSX.Element {
  return (
    <header class="rail">
      <a class="brand" href={toHash('conversation')} aria-label="kAI: to the conversation">
        <Mark />
        <span class="brand-name">kAI</span>
      </a>
      <nav class="rooms" aria-label="Rooms">
        {ROOMS.map((name, at) => (
          <a
            key={name}
            href={toHash(name)}
            class="room-link"
            aria-current={name === room ? 'page' : undefined}
            title={`${NAMES[name]} (${at + 1}, or g ${ROOM_LETTERS[name]})`}
          >
            <Icon name={name} />
            <span class="room-name">{NAMES[name]}</span>
            <span class="room-short">{SHORT_NAMES[name]}</span>
          </a>
        ))}
      </nav>
      <div class="rail-foot">
        <Pulse />
        <button type="button" class="button quiet keys-button" onClick={onKeys} aria-label="Show the keys">
          <kbd>?</kbd>
          <span class="room-name">Keys</span>
        </button>
      </div>
    </header>
  );
}

/** One glance: is the node there, and are its agents well. */
function Pulse(): JSX.Element {
  const { link, status, agents } = useFeeds();
  const state = useCell(link.state);
  const { value } = useCell(status.node);
  const { value: known } = useCell(agents);
  const open = state.kind === 'open';
  const stranger = useStranger(state);
  const name = (open ? state.hello.node : (value?.node ?? '')).replace('kai://', '');
  return (
    <a class="pulse" href={toHash('home')} title={`Node ${name}`}>
      <StatusMark
        tone={open ? 'good' : 'warn'}
        shape={open ? 'disc' : 'ring'}
        word={open ? 'Online' : stranger ? 'Not let in' : 'Offline'}
      />
      <span class="pulse-name">{name}</span>
      <span class="pulse-agents">{open && known.length > 0 ? summary(known).word : ''}</span>
    </a>
  );
}
