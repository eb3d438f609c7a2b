/** Starts the window: the link to the node, what it feeds, the frame, and the worker that keeps it all offline. */

import { render } from 'preact';
import './theme/tokens.css';
import './theme/base.css';
import './theme/frame.css';
import './theme/parts.css';
import './rooms/agents/agents.css';
import './rooms/conversation/conversation.css';
import './rooms/home/home.css';
import './rooms/memory/memory.css';
import './rooms/messages/messages.css';
import { openLink } from './connection/link.ts';
import { FeedsProvider, openFeeds } from './feeds/feeds.ts';
import { keepOnLeave } from './kept/kept.ts';
import { tellFired } from './rooms/memory/fired.ts';
import { Frame } from './shell/frame.tsx';
import { listenToKeys } from './shell/keys.ts';
import { followAddress } from './shell/route.ts';
import { startClock } from './state/now.ts';

const place = document.getElementById('window');
if (place === null) throw new Error('index.html has no place for the window');

const url = new URL('/api/live', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

startClock();
followAddress();
listenToKeys();
keepOnLeave();
render(
  <FeedsProvider value={openFeeds(openLink(url.href), tellFired)}>
    <Frame />
  </FeedsProvider>,
  place,
);

if (import.meta.env.PROD) void navigator.serviceWorker?.register('/service-worker.js');
