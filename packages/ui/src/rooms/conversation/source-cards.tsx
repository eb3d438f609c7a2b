/** Where an answer comes from: one card a source, with the passage that matched. Opens the document there. */

import type { JSX } from 'preact';
import type { Source } from '../../connection/wire.ts';
import { Excerpt } from '../../parts/excerpt.tsx';
import { Icon } from '../../parts/icon.tsx';

export interface SourceCardsProps {
  readonly sources: readonly Source[];
  readonly onOpen: (source: Source) => void;
}

export function SourceCards({ sources, onOpen }: SourceCardsProps): JSX.Element | null {
  if (sources.length === 0) return null;
  return (
    <ul class="sources" aria-label="Sources">
      {sources.map((source, at) => (
        <li key={`${source.source} ${source.place} ${at}`}>
          <button type="button" class="source" onClick={() => onOpen(source)}>
            <span class="source-title">
              <Icon name="document" />
              <span class="source-name">{source.title}</span>
              <span class="source-place numbers">{source.place}</span>
            </span>
            <span class="source-excerpt">
              <Excerpt text={source.excerpt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
