/** Home: how the node is, the models it found, the documents it knows, and what this browser is told to do. */

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useFeeds } from '../../feeds/feeds.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { DocumentsCard } from './documents-card.tsx';
import { ModelsCard } from './models-card.tsx';
import { NodeCard } from './node-card.tsx';
import { SettingsCard } from './settings-card.tsx';

export function HomeRoom(): JSX.Element {
  const { status } = useFeeds();
  useEffect(() => status.watch(), []);
  return (
    <ScrollBox class="home" label="Home">
      <header class="room-head">
        <h1 class="room-title">Home</h1>
      </header>
      <div class="cards">
        <NodeCard />
        <ModelsCard />
        <DocumentsCard />
        <SettingsCard />
      </div>
    </ScrollBox>
  );
}
