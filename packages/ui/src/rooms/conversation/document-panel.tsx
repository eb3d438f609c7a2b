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
import { isMarkdown } from '../../words/plain.ts';
import { MarkdownLine } from './markdown-line.tsx';

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
      {loaded && <Text text={answer.payload.text} markdown={isMarkdown(id)} source={source} />}
    </DetailPanel>
  );
}

interface TextProps {
  readonly text: string;
  readonly markdown: boolean;
  readonly source: Source | undefined;
}

function Text({ text, markdown, source }: TextProps): JSX.Element {
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
        <Block key={at} first={at * BLOCK_LINES + 1} lines={lines} markdown={markdown} passage={passage} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly first: number;
  readonly lines: readonly string[];
  readonly markdown: boolean;
  readonly passage: Passage;
}

function Block({ first, lines, markdown, passage }: BlockProps): JSX.Element {
  const holds = passage.from < first + lines.length && passage.to >= first;
  return (
    <div class={holds ? 'document-block is-near' : 'document-block'}>
      {lines.map((line, offset) => {
        const number = first + offset;
        const marked = number >= passage.from && number <= passage.to;
        const LineText = marked ? 'mark' : 'span';
        return (
          <div key={number} class={marked ? 'line is-passage' : 'line'}>
            <span class="line-number numbers" aria-hidden="true">
              {number}
            </span>
            <LineText class="line-text">{markdown ? <MarkdownLine line={line} /> : line || ' '}</LineText>
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
