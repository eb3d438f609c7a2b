/**
 * A document beside the conversation, scrolled to the passage that a source quotes. Long documents are laid out
 * in blocks that the browser paints only when they come into view.
 */

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { OpenedDocument, Source } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { DetailPanel } from '../../parts/detail-panel.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { goTo } from '../../shell/route.ts';
import { useCell } from '../../state/cell.ts';
import { sendCommand } from '../../words/command.ts';
import { findPassage, type Passage } from '../../words/passage.ts';

const DOCUMENTS = 'kai://agent.documents';
/** Lines a block: what the browser lays out or skips at a time. */
const BLOCK_LINES = 50;

export interface DocumentPanelProps {
  readonly id: string;
  readonly source: Source | undefined;
}

export function DocumentPanel({ id, source }: DocumentPanelProps): JSX.Element {
  const { link } = useFeeds();
  const open = useCell(link.state).kind === 'open';
  const [answer, setAnswer] = useState<Answer<OpenedDocument>>();
  const [attempt, setAttempt] = useState(0);
  const loaded = answer?.kind === 'reply';
  useEffect(() => {
    if (loaded) return;
    const leaving = new AbortController();
    void link
      .ask<OpenedDocument>({
        to: DOCUMENTS,
        intent: 'documents.open',
        payload: { source: id },
        signal: leaving.signal,
      })
      .then((got) => leaving.signal.aborted || setAnswer(got));
    return () => leaving.abort();
  }, [id, open, attempt]);
  const title = loaded ? answer.payload.title : (source?.title ?? id);
  return (
    <DetailPanel
      title={title}
      subtitle={source === undefined ? id : `${id} · ${source.place}`}
      actions={
        <CopyMenu
          of={title}
          command={sendCommand(DOCUMENTS, 'documents.open', { source: id })}
          json={source ?? { source: id }}
        />
      }
      onClose={() => goTo('conversation')}
    >
      {answer === undefined && <p class="soft panel-note">Opening…</p>}
      {answer?.kind === 'error' && (
        <Trouble error={answer.error} button={{ label: 'Try again', press: () => setAttempt(attempt + 1) }} />
      )}
      {loaded && <Text text={answer.payload.text} source={source} />}
    </DetailPanel>
  );
}

function Text({ text, source }: { readonly text: string; readonly source: Source | undefined }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const passage = useMemo(
    () => findPassage(text, source?.place ?? '', source?.excerpt ?? ''),
    [text, source],
  );
  const blocks = useMemo(() => intoBlocks(text), [text]);
  useEffect(() => {
    place.current?.querySelector('.is-passage')?.scrollIntoView({ block: 'center' });
  }, [text, passage]);
  return (
    <div ref={place} class="document">
      {blocks.map((lines, at) => (
        <Block key={at} first={at * BLOCK_LINES + 1} lines={lines} passage={passage} />
      ))}
    </div>
  );
}

function Block({
  first,
  lines,
  passage,
}: {
  first: number;
  lines: readonly string[];
  passage: Passage;
}): JSX.Element {
  const holds = passage.from < first + lines.length && passage.to >= first;
  return (
    <div class={holds ? 'document-block is-near' : 'document-block'}>
      {lines.map((line, offset) => {
        const number = first + offset;
        const marked = number >= passage.from && number <= passage.to;
        return (
          <div key={number} class={marked ? 'line is-passage' : 'line'}>
            <span class="line-number numbers" aria-hidden="true">
              {number}
            </span>
            {marked ? <mark class="line-text">{line || ' '}</mark> : <span class="line-text">{line}</span>}
          </div>
        );
      })}
    </div>
  );
}

function intoBlocks(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const blocks: string[][] = [];
  for (let at = 0; at < lines.length; at += BLOCK_LINES) blocks.push(lines.slice(at, at + BLOCK_LINES));
  return blocks;
}
