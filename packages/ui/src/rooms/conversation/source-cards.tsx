/**
 * Where an answer comes from: one card a source, with the passage that matched. Opens the document there. The best
 * come first; the rest waits behind a button, so that an answer stays an answer.
 */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Source } from '../../connection/wire.ts';
import { Excerpt } from '../../parts/excerpt.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PHONE, useMedia } from '../../state/media.ts';
import { isMarkdown, withoutMarkdown } from '../../words/plain.ts';

export interface SourceCardsProps {
  readonly sources: readonly Source[];
  readonly onOpen: (source: Source) => void;
}

/** Cards shown at first: two rows of two; on a phone fewer, so that the answer itself stays in view. */
const SHOWN_WIDE = 4;
const SHOWN_NARROW = 2;

export function SourceCards({ sources, onOpen }: SourceCardsProps): JSX.Element | null {
  const [all, showAll] = useState(false);
  const first = useMedia(PHONE) ? SHOWN_NARROW : SHOWN_WIDE;
  if (sources.length === 0) return null;
  // A button in the place of a single card would save nothing.
  const shown = all || sources.length <= first + 1 ? sources : sources.slice(0, first);
  return (
    <div class="sources-place">
      <ul class="sources" aria-label="Sources">
        {shown.map((source, at) => (
          <li key={`${source.source} ${source.place} ${at}`}>
            <Card source={source} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {shown.length < sources.length && (
        <button type="button" class="button quiet small" onClick={() => showAll(true)}>
          Show {sources.length - shown.length} more
        </button>
      )}
    </div>
  );
}

function Card({ source, onOpen }: { source: Source; onOpen: (source: Source) => void }): JSX.Element {
  const { source: file, title, place, excerpt } = source;
  // Within a document the heading tells more than the document's title, which the file's name repeats.
  const heading = title.split(' › ').at(-1) ?? title;
  return (
    <button type="button" class="source" title={`${title}\n${file}, ${place}`} onClick={() => onOpen(source)}>
      <span class="source-title">{heading}</span>
      <span class="source-place">
        <Icon name="document" />
        <span class="source-file">{file}</span>
        <span class="numbers">{place}</span>
      </span>
      <span class="source-excerpt">
        <Excerpt text={isMarkdown(file) ? withoutMarkdown(excerpt) : excerpt} />
      </span>
    </button>
  );
}
