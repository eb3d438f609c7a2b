/** The answer while it comes: its steps as they happen, its words as they arrive. */

import type { JSX } from 'preact';
import type { Source } from '../../connection/wire.ts';
import type { Pending } from '../../feeds/talk.ts';
import { Prose } from '../../parts/prose.tsx';
import { SourceCards } from './source-cards.tsx';
import { Steps } from './steps.tsx';

export interface PendingReplyProps {
  readonly pending: Pending;
  readonly onSource: (source: Source) => void;
}

export function PendingReply({ pending, onSource }: PendingReplyProps): JSX.Element {
  const { text, steps, sources } = pending;
  return (
    <article class="turn turn-kai" aria-busy="true">
      <h2 class="unseen">kAI</h2>
      <Steps steps={steps} open />
      {text === '' ? <Waiting /> : <Prose text={text} />}
      <SourceCards sources={sources} onOpen={onSource} />
    </article>
  );
}

function Waiting(): JSX.Element {
  return (
    <p class="waiting">
      <span class="waiting-dots" aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
      <span class="unseen">kAI is answering</span>
    </p>
  );
}
